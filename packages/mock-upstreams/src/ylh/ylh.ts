import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Strike } from '../faults/fault-menu.ts';
import { readPlatformBody } from '../read-platform-body.ts';
import { createTokenDesk, type TokenDesk } from '../token-desk.ts';
import type { OrderBook, PlayedOrder, PlayedParcel } from './order-book.ts';
import type { OrderPlay, OrderStep } from './play-order.ts';
import { CancelRequest, CreateRequest, ImagesRequest, LogisticsRequest, RescheduleRequest } from './ylh-requests.ts';
import { YLH_PATHS, YLH_ROOTS } from './ylh-paths.ts';

/** The account that this side lets in, and what was agreed with it. */
export type YlhAccount = {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly sourceSystem: string;
  readonly shopName: string;
  readonly sellerCode: string;
  /** After which time an order is confirmed and a cancel agreed to; undefined: only when the control API says so. */
  readonly answersAfterMs?: number | undefined;
};

export type YlhEdge = {
  readonly now: () => Date;
  readonly struck: () => Strike | undefined;
  readonly book: OrderBook;
  readonly play: OrderPlay;
};

/** What `POST /_control/ylh` takes; what is left out stays as it is. */
export const YlhOrder = z.strictObject({
  /** Whether the platform confirms orders and agrees to cancels by itself. */
  autoConfirm: z.boolean().optional(),
  delayMs: z.number().int().min(0).max(600_000).optional(),
  tokenLifetimeSeconds: z.number().int().min(0).max(1_000_000).optional(),
  /** Where the answer to a push names the Haier order number (domain.md §1.10). */
  orderNoAt: z.enum(['data', 'top', 'top-snake', 'nowhere']).optional(),
  /** Which of the two known shapes logistics come in (domain.md §1.14). */
  logisticsShape: z.enum(['flat', 'nested']).optional(),
  /** How photos come; nobody has written it down (domain.md §1.13). */
  imageShape: z.enum(['text', 'object']).optional(),
});
export type YlhOrder = z.input<typeof YlhOrder>;

/** How the platform behaves now. */
export type YlhSettings = {
  readonly [K in Exclude<keyof YlhOrder, 'tokenLifetimeSeconds'>]-?: NonNullable<YlhOrder[K]>;
};

const DEFAULT_DELAY_MS = 1_000;

/** The YLH order system: token, create, cancel, reschedule, photos and logistics (domain.md §1.9-§1.14). */
export function playYlh({ now, struck, book, play }: YlhEdge, account: YlhAccount): PlayedYlh {
  const defaults: YlhSettings = {
    autoConfirm: account.answersAfterMs !== undefined,
    delayMs: account.answersAfterMs ?? DEFAULT_DELAY_MS,
    orderNoAt: 'data',
    logisticsShape: 'flat',
    imageShape: 'text',
  };
  let settings = defaults;
  const tokens = createTokenDesk({ now, struck });
  const routes = new Hono();

  routes.post(YLH_ROOTS.auth, async (c) => {
    const basic = Buffer.from(`${account.clientId}:${account.clientSecret}`).toString('base64');
    if (c.req.header('authorization') !== `Basic ${basic}`)
      return oauthError(c, 401, 'invalid_client', 'Bad client credentials');
    if (c.req.header('system-name') !== SYSTEM_NAME)
      return oauthError(c, 400, 'invalid_request', `system-name must be ${SYSTEM_NAME}`);
    if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? ''))
      return oauthError(c, 400, 'invalid_request', 'the body must be a form');
    const form = new URLSearchParams(await c.req.text());
    if (form.get('grant_type') !== 'password')
      return oauthError(c, 400, 'unsupported_grant_type', `Unsupported grant type: ${form.get('grant_type')}`);
    if (form.get('username') !== account.username || form.get('password') !== account.password)
      return oauthError(c, 400, 'invalid_grant', '用户名或密码错误');
    const { token, expiresInSeconds } = tokens.issue();
    return c.json({ access_token: token, token_type: 'bearer', expires_in: expiresInSeconds, scope: 'all' });
  });

  for (const root of [YLH_ROOTS.intake, YLH_ROOTS.order, YLH_ROOTS.stock])
    routes.use(`${root}/*`, async (c, next) => {
      const token = /^bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
      const state = tokens.look(token);
      if (state === 'valid') return next();
      return oauthError(c, 401, 'invalid_token', `Invalid access token (${state})`);
    });

  const serve = <T extends z.ZodType>(path: string, schema: T, run: (given: z.output<T>, c: Context) => Response) =>
    routes.post(path, async (c) => {
      const reading = await readPlatformBody(c, schema);
      if (reading.ok) return run(reading.value, c);
      return refuse(c, reading.text, reading.problem === 'unreadable' ? 400 : 200);
    });

  /** The platform's own next step: before the answer when the call is struck so, else after a while. */
  const goOn = (order: PlayedOrder, strike: Strike | undefined, step: () => OrderStep | undefined) => {
    const take = async () => {
      const next = step();
      if (next) await play.step(order, next);
    };
    if (strike?.fault === 'early-callback') strike.beforeAnswer.push(take());
    else if (settings.autoConfirm) setTimeout(() => void take(), settings.delayMs).unref();
  };

  serve(YLH_PATHS.create, CreateRequest, (given, c) => {
    if (given.sourceSystem !== account.sourceSystem) return refuse(c, `来源系统未授权: ${given.sourceSystem}`);
    if (given.shopName !== account.shopName) return refuse(c, `店铺不存在: ${given.shopName}`);
    if (given.sellerCode !== account.sellerCode) return refuse(c, `售达方编码不存在或无权限: ${given.sellerCode}`);
    const known = book.bySoId(given.soId);
    if (known && known.state !== 'rejected') {
      known.repeatsRefused += 1;
      return refuse(c, `子订单号重复，订单已存在: ${given.soId}`);
    }
    const { soId, onlineNo, sourceSystem, itemList, distributionTime = null, installTime = null } = given;
    const items = itemList.map(({ productCode, itemQty }) => ({ productCode, itemQty }));
    const strike = struck();
    const order = book.accept({ soId, onlineNo, sourceSystem, items, distributionTime, installTime }, strike);
    goOn(order, strike, () => (order.state === 'accepted' ? 'confirm' : undefined));
    return c.json(acceptedAnswer(settings.orderNoAt, order));
  });

  serve(YLH_PATHS.cancel, CancelRequest, (given, c) => {
    const order = book.bySoId(given.soId);
    if (!order) return refuse(c, '订单不存在');
    if (order.sourceSystem !== given.sourceSystem) return refuse(c, '来源系统与下单时不一致');
    if (order.state === 'cancelled') return refuse(c, '订单已取消');
    if (order.state === 'rejected') return refuse(c, '订单未被接收，无法取消');
    // A wish that is under way is acknowledged again and decided once.
    if (order.cancel === 'asked') return succeed(c, null);
    order.cancel = 'asked';
    order.cancelReason = given.cancelReason;
    const strike = struck();
    book.strikesOf(order).cancel = strike;
    goOn(order, strike, () => {
      if (order.cancel !== 'asked') return undefined;
      return order.state === 'delivered' ? 'cancel-refused' : 'cancel-agreed';
    });
    return succeed(c, null);
  });

  serve(YLH_PATHS.reschedule, RescheduleRequest, (given, c) => {
    const order = book.byRetailOrderNo(given.retailOrderNo);
    if (!order) return refuse(c, '订单不存在');
    if (order.state !== 'accepted' && order.state !== 'confirmed' && order.state !== 'out_of_stock')
      return refuse(c, '订单当前状态不支持改约');
    const { distributionTime, installTime } = given;
    if ([distributionTime, installTime].some((time) => time !== undefined && time < now().getTime()))
      return refuse(c, '改约时间不能早于当前时间');
    order.distributionTime = distributionTime ?? order.distributionTime;
    order.installTime = installTime ?? order.installTime;
    return succeed(c, null);
  });

  serve(YLH_PATHS.images, ImagesRequest, (given, c) => {
    const order = book.byRetailOrderNo(given.orderNo);
    if (!order) return refuse(c, '订单不存在');
    const urls = order.parcels.flatMap(({ deliveryRecordCode }) =>
      ['delivery', 'install'].map((kind) => ({
        kind,
        url: `https://img.example.com/${deliveryRecordCode}-${kind}.jpg`,
      })),
    );
    return succeed(
      c,
      urls.map(({ kind, url }) => (settings.imageShape === 'text' ? url : { imgType: kind, imgUrl: url })),
    );
  });

  // Asked by our own number it finds nothing, as the real one does (domain.md §1.14).
  serve(YLH_PATHS.logistics, LogisticsRequest, (given, c) =>
    succeed(
      c,
      given.flatMap((orderCode) =>
        logisticsElements(settings.logisticsShape, orderCode, book.byRetailOrderNo(orderCode)?.parcels ?? []),
      ),
    ),
  );

  return {
    routes,
    tokens,
    set({ tokenLifetimeSeconds, ...changes }) {
      if (tokenLifetimeSeconds !== undefined) tokens.lastsSeconds(tokenLifetimeSeconds);
      settings = { ...settings, ...(changes as Partial<YlhSettings>) };
      return settings;
    },
    forget() {
      settings = defaults;
      tokens.forget();
    },
  };
}

export type PlayedYlh = {
  readonly routes: Hono;
  readonly tokens: TokenDesk;
  readonly set: (changes: z.output<typeof YlhOrder>) => YlhSettings;
  readonly forget: () => void;
};

const SYSTEM_NAME = 'ylh-open-api';

const oauthError = (c: Context, status: 400 | 401, error: string, description: string) =>
  c.json({ error, error_description: description }, status);

const succeed = (c: Context, data: unknown) => c.json({ success: true, code: '200', message: '成功', data });

/** Business failures arrive as HTTP 200 (domain.md §1.0). */
const refuse = (c: Context, message: string, status: 200 | 400 = 200) =>
  c.json({ success: false, code: 'error', message, data: null }, status);

function acceptedAnswer(at: YlhSettings['orderNoAt'], { retailOrderNo, soId }: PlayedOrder): object {
  const taken = { success: true, code: '200', message: '成功' };
  switch (at) {
    case 'data':
      return { ...taken, data: { retailOrderNo, soId } };
    case 'top':
      return { ...taken, retailOrderNo, data: { soId } };
    case 'top-snake':
      return { ...taken, retail_order_no: retailOrderNo, data: null };
    case 'nowhere':
      return { ...taken, data: null };
  }
}

function logisticsElements(
  shape: YlhSettings['logisticsShape'],
  orderCode: string,
  parcels: readonly PlayedParcel[],
): object[] {
  if (shape === 'flat') return parcels.map((parcel) => ({ ...parcel, orderCode }));
  return parcels.map(({ deliveryRecordCode, ...parcel }) => ({
    orderCode,
    deliveryRecordCode,
    logisticsList: [parcel],
  }));
}
