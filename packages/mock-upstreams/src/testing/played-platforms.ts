import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { type HaierNotice, readHaierNotice } from '@orderbridge/contracts/haier-callback';
import { createMockUpstreams } from '../app.ts';
import { readConfig } from '../config.ts';
import { HAIER_PATHS } from '../haier/haier-paths.ts';
import { signHaierCallback } from '../sign-callback.ts';
import { YLH_PATHS, YLH_ROOTS } from '../ylh/ylh-paths.ts';

/** What both sides of the played Haier and YLH know, by the names of domain.md §9. */
export const PLAYED_ENV = {
  HAIER_CALLBACK_APP_KEY: 'test-app-key',
  HAIER_CALLBACK_SECRET: 'test-haier-secret',
  PAYMENT_CALLBACK_SECRET: 'test-payment-secret',
  HAIER_CLIENT_ID: 'client',
  HAIER_CLIENT_SECRET: 'client-secret',
  HAIER_CUSTOMER_CODE: '8800000001',
  HAIER_SEND_TO_CODE: '8800000002',
  HAIER_PASSWORD: 'password',
  HAIER_SELLER_PASSWORD: 'seller-password',
  HAIER_CUSTOMER_PASSWORD: 'customer-password',
  YLH_USERNAME: 'ylh-user',
  YLH_PASSWORD: 'ylh-password',
  YLH_CLIENT_ID: 'ylh-client',
  YLH_CLIENT_SECRET: 'ylh-client-secret',
  YLH_SOURCE_SYSTEM: 'TEST_SYSTEM',
  YLH_SHOP_NAME: '测试店铺',
} as const;

/** A callback as the gateway got it, read as the gateway reads it. */
export type ToldCallback = {
  readonly path: string;
  readonly isSignedRight: boolean;
  /** Undefined when the contracts cannot read it. */
  readonly notice: HaierNotice | undefined;
  readonly fields: Readonly<Record<string, string>>;
};

/** What the gateway of a test answers to a callback; default success. */
export type GatewayAnswer = (callback: ToldCallback) => object | Promise<object>;

type PlayedOptions = {
  readonly now?: () => Date;
  readonly env?: Readonly<Record<string, string>>;
  readonly repeatAfterMs?: readonly number[];
  readonly gateway?: GatewayAnswer;
};

/** mock-upstreams on a loopback port, before a gateway that reads and writes down what it is told. */
export async function playedPlatforms(options: PlayedOptions = {}) {
  const { now = () => new Date(), env = {}, gateway = () => ({ success: true }) } = options;
  const stack = new AsyncDisposableStack();
  const told: ToldCallback[] = [];
  const gatewayUrl = await listening(stack, async (request) => {
    const callback = readCallback(request.url ?? '', await text(request));
    told.push(callback);
    return gateway(callback);
  });
  const app = createMockUpstreams({
    config: readConfig({ APP_PROFILE: 'test', GATEWAY_URL: gatewayUrl, ...PLAYED_ENV, ...env }),
    now,
    log: () => undefined,
    ...(options.repeatAfterMs ? { repeatAfterMs: options.repeatAfterMs } : {}),
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const call = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<PlayedAnswer> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, text: answer, body: jsonOf(answer) };
  };
  const control = async (path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<any> => {
    const response = await fetch(`${url}/_control/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const haierToken = async (): Promise<string> =>
    (
      await call(HAIER_PATHS.token, {
        client_id: PLAYED_ENV.HAIER_CLIENT_ID,
        client_secret: PLAYED_ENV.HAIER_CLIENT_SECRET,
        grant_type: 'client_credentials',
      })
    ).body.access_token;
  const ylhToken = async (): Promise<string> =>
    (await call(YLH_ROOTS.auth, YLH_SIGN_IN, YLH_SIGN_IN_HEADERS)).body.access_token;

  return {
    url,
    told,
    call,
    control,
    haierToken,
    ylhToken,
    /** Pushes an order to YLH with a token of its own. */
    push: async (order: object, headers: Record<string, string> = {}) =>
      call(YLH_PATHS.create, order, { authorization: `bearer ${await ylhToken()}`, ...headers }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
export type PlayedPlatforms = Awaited<ReturnType<typeof playedPlatforms>>;

export type PlayedAnswer = { status: number; headers: Headers; text: string; body: any };

export const YLH_SIGN_IN = new URLSearchParams({
  grant_type: 'password',
  username: PLAYED_ENV.YLH_USERNAME,
  password: PLAYED_ENV.YLH_PASSWORD,
}).toString();

export const YLH_SIGN_IN_HEADERS = {
  'content-type': 'application/x-www-form-urlencoded',
  'system-name': 'ylh-open-api',
  authorization: `Basic ${Buffer.from(`${PLAYED_ENV.YLH_CLIENT_ID}:${PLAYED_ENV.YLH_CLIENT_SECRET}`).toString('base64')}`,
};

/** An order that YLH takes. */
export const aYlhOrder = (soId: string, more: object = {}) => ({
  sourceSystem: PLAYED_ENV.YLH_SOURCE_SYSTEM,
  shopName: PLAYED_ENV.YLH_SHOP_NAME,
  sellerCode: PLAYED_ENV.HAIER_CUSTOMER_CODE,
  consigneeName: '测试客户',
  consigneeMobile: '00000000000',
  onlineNo: soId,
  soId,
  totalQty: 2,
  totalAmt: 5998,
  createTime: 1_795_248_000_000,
  province: '山东省',
  city: '青岛市',
  area: '崂山区',
  detailAddress: '演示路 1 号（虚构）',
  deliveryInstall: 'false',
  itemList: [
    { productCode: 'GA0SZC00U', itemQty: 2, retailPrice: 2999, discountAmount: 0, actualPrice: 2999, isGift: false },
  ],
  ...more,
});

function readCallback(path: string, body: string): ToldCallback {
  const fields = Object.fromEntries(new URLSearchParams(body));
  const reading = readHaierNotice(fields);
  return {
    path,
    isSignedRight: fields['Sign'] === signHaierCallback(fields, PLAYED_ENV.HAIER_CALLBACK_SECRET),
    notice: reading.ok ? reading.notice : undefined,
    fields,
  };
}

async function listening(
  stack: AsyncDisposableStack,
  answer: (request: IncomingMessage) => Promise<object>,
): Promise<string> {
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer(request)));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function jsonOf(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
