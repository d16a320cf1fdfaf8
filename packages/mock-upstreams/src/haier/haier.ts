import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Strike } from '../faults/fault-menu.ts';
import { readPlatformBody } from '../read-platform-body.ts';
import { createTokenDesk, type TokenDesk } from '../token-desk.ts';
import type { PlayedParcel } from '../ylh/order-book.ts';
import { type Catalogue, createCatalogue, type PlayedProduct, priceElement, productElement } from './catalogue.ts';
import { HAIER_PATHS } from './haier-paths.ts';

/** The account that this side lets in, and what it knows of the customer behind it. */
export type HaierAccount = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly customerCode: string;
  readonly sendToCode: string;
  readonly password: string;
  readonly sellerPassword: string;
  readonly customerPassword: string;
};

export type HaierEdge = {
  readonly now: () => Date;
  readonly struck: () => Strike | undefined;
  /** What has been sent of an order of YLH, by Haier order number. */
  readonly parcelsOf: (orderCode: string) => readonly PlayedParcel[];
};

/** What `POST /_control/haier` takes; what is left out stays as it is. */
export const HaierOrder = z.strictObject({
  /** Which of the two token addresses there are. */
  tokenPath: z.enum(['both', '/oauth2/auth', '/oauth2/token']).optional(),
  /** Where the token stands in the answer (domain.md §1.2). */
  tokenAt: z.enum(['access_token', 'token', 'data.access_token', 'data.token']).optional(),
  tokenLifetimeSeconds: z.number().int().min(0).max(1_000_000).optional(),
  /** What a business call has to show: the bare token, or one behind `Bearer`. */
  authorization: z.enum(['raw', 'bearer']).optional(),
  /** `data-array` is what the platform really sends; the others are what the documents say (domain.md §1.5). */
  stockShape: z.enum(['data-array', 'data-object', 'bare-array', 'bare-object']).optional(),
  /** Of the payer's account, in yuan. */
  balance: z
    .string()
    .regex(/^-?\d{1,12}\.\d{2}$/, 'is no amount in yuan, such as 2999.00')
    .optional(),
});
export type HaierOrder = z.input<typeof HaierOrder>;

/** How the platform behaves now. */
export type HaierSettings = {
  readonly [K in Exclude<keyof HaierOrder, 'tokenLifetimeSeconds'>]-?: NonNullable<HaierOrder[K]>;
};

const DEFAULTS: HaierSettings = {
  tokenPath: 'both',
  tokenAt: 'access_token',
  authorization: 'raw',
  stockShape: 'data-array',
  balance: '1000000.00',
};

/** Haier's open platform: token, products, prices, stock, logistics and balance (domain.md §1.2-§1.8). */
export function playHaier({ now, struck, parcelsOf }: HaierEdge, account: HaierAccount): PlayedHaier {
  let settings = DEFAULTS;
  const tokens = createTokenDesk({ now, struck });
  const catalogue = createCatalogue();
  const routes = new Hono();

  for (const path of [HAIER_PATHS.token, HAIER_PATHS.otherToken])
    routes.post(path, async (c) => {
      if (settings.tokenPath !== 'both' && settings.tokenPath !== path) return c.notFound();
      const reading = await readPlatformBody(c, TokenRequest);
      if (!reading.ok) return c.json({ error: 'invalid_request', error_description: reading.text }, 400);
      const { client_id: id, client_secret: secret } = reading.value;
      if (id !== account.clientId || secret !== account.clientSecret)
        return c.json({ error: 'invalid_client', error_description: '客户端认证失败' }, 401);
      const { token, expiresInSeconds } = tokens.issue();
      return c.json(tokenAnswer(settings.tokenAt, token, expiresInSeconds));
    });

  routes.use('/yilihuo/*', async (c, next) => {
    const given = c.req.header('authorization') ?? '';
    const token = settings.authorization === 'raw' ? given : /^Bearer (\S+)$/.exec(given)?.[1];
    const state = tokens.look(token ?? '');
    if (state === 'valid') return next();
    return c.json({ success: false, code: '401', errorMsg: TOKEN_TEXTS[state], data: null }, 401);
  });

  const serve = <T extends z.ZodType>(path: string, schema: T, run: (given: z.output<T>, c: Context) => Response) =>
    routes.post(path, async (c) => {
      const reading = await readPlatformBody(c, schema);
      if (reading.ok) return run(reading.value, c);
      return refuse(c, reading.text, reading.problem === 'unreadable' ? 400 : 200);
    });

  const whyNotCustomer = (given: { customerCode: string; sendToCode?: string | undefined; passWord: string }) => {
    if (given.customerCode !== account.customerCode) return '客户编码不存在或无权限';
    if (given.passWord !== account.password) return '密码错误';
    if (given.sendToCode !== undefined && given.sendToCode !== account.sendToCode) return '送达方编码不存在或无权限';
    return undefined;
  };
  const named = (codes: readonly string[]): PlayedProduct[] =>
    codes.flatMap((productCode) => catalogue.find(productCode) ?? []);

  serve(HAIER_PATHS.products, ProductsRequest, (given, c) => {
    const problem = whyNotCustomer(given);
    if (problem) return refuse(c, problem);
    const { productCodes } = given;
    return listAnswer(productCodes ? named(productCodes) : catalogue.all(), productElement);
  });

  serve(HAIER_PATHS.prices, PricesRequest, (given, c) => {
    const problem = whyNotCustomer(given);
    return problem ? refuse(c, problem) : listAnswer(named(given.productCodes), priceElement);
  });

  serve(HAIER_PATHS.stock, StockRequest, (given, c) => {
    if (given.salesCode !== account.customerCode) return refuse(c, '售达方编码不存在或无权限');
    if (given.senderCode !== account.sendToCode) return refuse(c, '送达方编码不存在或无权限');
    if (given.sellerPassword !== account.sellerPassword) return refuse(c, '密码错误');
    const product = catalogue.find(given.productCode);
    return c.json(stockAnswer(settings.stockShape, product ? warehousesOf(product) : []));
  });

  serve(HAIER_PATHS.logistics, LogisticsRequest, (given, c) => {
    if (given.sellerCode !== account.customerCode) return refuse(c, '售达方编码不存在或无权限');
    if (given.sellerPassword !== account.sellerPassword) return refuse(c, '密码错误');
    const parcels = parcelsOf(given.orderCode).filter(
      ({ deliveryRecordCode }) => (given.deliveryRecordCode ?? deliveryRecordCode) === deliveryRecordCode,
    );
    return succeed(c, {
      getAllLogisticsInfoByOrderCode: parcels.map((parcel) => ({ orderCode: given.orderCode, ...parcel })),
      getStockDeliveryLogisticsRecord: [],
      getStockDeliveryLogisticsRecordThirdparty: [],
    });
  });

  serve(HAIER_PATHS.balance, BalanceRequest, (given, c) => {
    if (given.customerCode !== account.customerCode) return refuse(c, '客户编码不存在或无权限');
    if (given.customerPassword !== account.customerPassword) return refuse(c, '密码错误');
    // A JSON number with both decimals, which no JavaScript value is written as.
    const balance = `{"saleGroupCode":"G001","saleGroupName":"演示销售组","payerAccountCode":"${account.customerCode}","payerAccountName":"演示付款方","payerAccountBalance":${settings.balance}}`;
    return listAnswer([balance], (element) => element);
  });

  return {
    routes,
    tokens,
    catalogue,
    set({ tokenLifetimeSeconds, ...changes }) {
      if (tokenLifetimeSeconds !== undefined) tokens.lastsSeconds(tokenLifetimeSeconds);
      settings = { ...settings, ...(changes as Partial<HaierSettings>) };
      return settings;
    },
    forget() {
      settings = DEFAULTS;
      tokens.forget();
      catalogue.forget();
    },
  };
}

export type PlayedHaier = {
  readonly routes: Hono;
  readonly tokens: TokenDesk;
  readonly catalogue: Catalogue;
  readonly set: (changes: z.output<typeof HaierOrder>) => HaierSettings;
  readonly forget: () => void;
};

const TOKEN_TEXTS = { expired: 'token已过期', revoked: 'token已失效', unknown: 'token无效' } as const;

const succeed = (c: Context, data: unknown) => c.json({ success: true, code: '200', message: '成功', data });

/** Business failures arrive as HTTP 200 (domain.md §1.0). */
const refuse = (c: Context, errorMsg: string, status: 200 | 400 = 200) =>
  c.json({ success: false, code: 'error', errorMsg, data: null }, status);

/** Elements that are written one after the other as the reader takes them, in bounded memory however many there are. */
function listAnswer<T>(elements: Iterable<T>, write: (element: T) => string): Response {
  const encoder = new TextEncoder();
  const waiting = elements[Symbol.iterator]();
  let text = '{"success":true,"code":"200","message":"成功","data":[';
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      for (let count = 0; count < ELEMENTS_AT_ONCE; count += 1) {
        const { value, done } = waiting.next();
        if (done) {
          controller.enqueue(encoder.encode(`${text}]}`));
          controller.close();
          return;
        }
        text += `${isFirst ? '' : ','}${write(value)}`;
        isFirst = false;
      }
      controller.enqueue(encoder.encode(text));
      text = '';
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json;charset=UTF-8' } });
}

const ELEMENTS_AT_ONCE = 100;

function tokenAnswer(at: HaierSettings['tokenAt'], token: string, expiresInSeconds: number): object {
  const rest = { token_type: 'Bearer', expires_in: expiresInSeconds };
  const [outer, inner] = at.split('.') as [string, string?];
  return inner === undefined ? { [outer]: token, ...rest } : { success: true, [outer]: { [inner]: token, ...rest } };
}

type Warehouse = ReturnType<typeof warehousesOf>[number];

/** Most of it in the warehouse nearby, the rest one step up; numbers as text, as the platform writes them. */
function warehousesOf({ stock }: PlayedProduct) {
  const nearby = Math.ceil(stock * 0.6);
  return [
    { secCode: 'WH001', stock: nearby, warehouseGrade: '0', hours: 24, isTranfer: 0 },
    { secCode: 'WH002', stock: stock - nearby, warehouseGrade: '1', hours: 48, isTranfer: 1 },
  ].map(({ secCode, stock, warehouseGrade, hours, isTranfer }) => ({
    secCode,
    stock: String(stock),
    warehouseGrade,
    timelinessData: {
      cutTime: '18:00',
      achieveUserOrderCut: '18:00',
      hour: String(hours),
      isTranfer: String(isTranfer),
    },
  }));
}

/** The shapes that hold one warehouse only hold all there is in it. */
function stockAnswer(shape: HaierSettings['stockShape'], warehouses: readonly Warehouse[]): object {
  const [first] = warehouses;
  const whole = first && {
    ...first,
    stock: String(warehouses.reduce((sum, { stock }) => sum + Number(stock), 0)),
  };
  switch (shape) {
    case 'data-array':
      return { success: true, data: warehouses };
    case 'data-object':
      return { success: true, data: whole ?? null };
    case 'bare-array':
      return warehouses;
    case 'bare-object':
      return whole ?? {};
  }
}

const text = z.string('应为文本 (is no text)').min(1, '不能为空 (is empty)');
const constant = (value: string) => z.literal(value, `应为${value} (is not ${value})`);
const CODES_MAX = 20;
const productCodes = z
  .array(text, '应为文本数组 (is no list of texts)')
  .min(1, '不能为空 (is empty)')
  .max(CODES_MAX, `最多${CODES_MAX}个 (more than ${CODES_MAX})`);

const TokenRequest = z.strictObject({
  client_id: text,
  client_secret: text,
  grant_type: constant('client_credentials'),
});

const HAIER_ITSELF = '1001';

const ProductsRequest = z
  .strictObject({
    customerCode: text,
    sendToCode: text.optional(),
    productCodes: productCodes.optional(),
    supplierCode: text,
    searchType: constant('PTJSH'),
    passWord: text,
  })
  .refine(({ supplierCode, sendToCode }) => supplierCode !== HAIER_ITSELF || sendToCode !== undefined, {
    path: ['sendToCode'],
    error: `supplierCode为${HAIER_ITSELF}时不能为空 (is needed with supplierCode ${HAIER_ITSELF})`,
  });

const PricesRequest = z.strictObject({
  customerCode: text,
  sendToCode: text,
  productCodes,
  priceType: constant('PT'),
  passWord: text,
});

const StockRequest = z.strictObject({
  salesCode: text,
  senderCode: text,
  productCode: text,
  countyCode: z.string('应为文本 (is no text)').regex(/^\d{6}$/, '应为6位县区编码 (is no six-digit county code)'),
  source: constant('JSH-B'),
  sellerPassword: text,
});

const LogisticsRequest = z.strictObject({
  orderCode: text,
  deliveryRecordCode: text.optional(),
  memberId: z.int('应为整数 (is no whole number)').optional(),
  sellerCode: text,
  sellerPassword: text,
});

const BalanceRequest = z.strictObject({ customerCode: text, customerPassword: text });
