import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { ROLE_PERMISSIONS, STAFF_ROLES, type StaffRole } from '@orderbridge/contracts/permissions';
import type { StaffSession } from '@orderbridge/contracts/staff-api';
import { PLAYED_ENV } from '@orderbridge/mock-upstreams/testing/played-platforms';
import { HAIER_PATHS } from '@orderbridge/mock-upstreams/haier/haier-paths';
import { YLH_ROOTS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import { createLogger } from '@orderbridge/service-kit/logger';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { integrationsApp } from '../src/api/app.ts';
import { readConfig } from '../src/config.ts';
import { createContext } from '../src/context.ts';
import { LOG_FIELDS } from '../src/log.ts';
import { migrate } from '../src/orm.ts';

export type Answer = { status: number; body: any };

/** Who asks: a role, with a password check that is fresh or over; or nobody. */
export type Caller = StaffRole | `${StaffRole} long ago` | 'nobody';

export const newSealingKey = () => randomBytes(32).toString('base64');

/** The whole API on a real database and broker; the orders service that knows the sessions is played. */
export async function integrationsApi(env: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase({ template: 'integrations', migrate }));
  const nats = stack.use(await testNats());
  const ordersUrl = await playedSessions(stack);
  const given = {
    APP_PROFILE: 'test',
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    ORDERS_URL: ordersUrl,
    DATA_ENCRYPTION_KEY: newSealingKey(),
    OUTBOUND_PLAIN_HTTP_HOSTS: '127.0.0.1',
    OUTBOUND_PRIVATE_HOSTS: '127.0.0.1',
    SUPPLIER_ATTEMPTS: '1',
    ...env,
  };
  const lines: string[] = [];

  /** Another process of the service, on the same database and broker. */
  const start = async (more: Record<string, string> = {}) => {
    const context = await createContext(readConfig({ ...given, ...more }), {
      log: createLogger({
        service: 'integrations',
        level: 'debug',
        fields: LOG_FIELDS,
        destination: { write: (line) => lines.push(line) },
      }),
    });
    stack.defer(() => context.close());
    const app = integrationsApp(context, new AbortController().signal);
    const call = async (path: string, init: RequestInit): Promise<Answer> => {
      const response = await app.request(path, init);
      return { status: response.status, body: await response.json() };
    };
    const headersOf = (caller: Caller): Record<string, string> =>
      caller === 'nobody' ? {} : { cookie: `caller=${encodeURIComponent(caller)}` };
    return {
      context,
      query: (procedure: string, input?: unknown, caller: Caller = 'admin') =>
        call(`/trpc/${procedure}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`, {
          headers: headersOf(caller),
        }),
      mutate: (procedure: string, input?: unknown, caller: Caller = 'admin') =>
        call(`/trpc/${procedure}`, {
          method: 'POST',
          body: JSON.stringify(input) ?? null,
          headers: { 'content-type': 'application/json', ...headersOf(caller) },
        }),
    };
  };

  const first = await start();
  return {
    ...first,
    start,
    lines,
    rows: <T = any>(sql: string, params: unknown[] = []): Promise<T[]> =>
      first.context.orm.em.fork().execute<T[]>(sql, params),
    /** What was told to the audit chain, oldest first. */
    acts: async () =>
      (
        await first.context.orm.em
          .fork()
          .execute<{ data: any }[]>(`select data from outbox where type = 'staff.acted' order by id`)
      ).map(({ data }) => data),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
export type IntegrationsApiUnderTest = Awaited<ReturnType<typeof integrationsApi>>;

/** A configuration with which mock-upstreams at this address lets us in. */
export const playedConfig = (url: string) => ({
  client_id: PLAYED_ENV.HAIER_CLIENT_ID,
  client_secret: PLAYED_ENV.HAIER_CLIENT_SECRET,
  token_url: `${url}${HAIER_PATHS.token}`,
  base_url: url,
  customer_code: PLAYED_ENV.HAIER_CUSTOMER_CODE,
  send_to_code: PLAYED_ENV.HAIER_SEND_TO_CODE,
  supplier_code: '1001',
  password: PLAYED_ENV.HAIER_PASSWORD,
  seller_password: PLAYED_ENV.HAIER_SELLER_PASSWORD,
  customer_password: PLAYED_ENV.HAIER_CUSTOMER_PASSWORD,
  ylh_auth_url: `${url}${YLH_ROOTS.auth}`,
  ylh_intake_url: `${url}${YLH_ROOTS.intake}`,
  ylh_order_url: `${url}${YLH_ROOTS.order}`,
  ylh_stock_url: `${url}${YLH_ROOTS.stock}`,
  ylh_username: PLAYED_ENV.YLH_USERNAME,
  ylh_password: PLAYED_ENV.YLH_PASSWORD,
  ylh_client_id: PLAYED_ENV.YLH_CLIENT_ID,
  ylh_client_secret: PLAYED_ENV.YLH_CLIENT_SECRET,
  source_system: PLAYED_ENV.YLH_SOURCE_SYSTEM,
  shop_name: PLAYED_ENV.YLH_SHOP_NAME,
});

/** `session.current` of orders: the cookie says who one is. */
async function playedSessions(stack: AsyncDisposableStack): Promise<string> {
  const server = createServer((request, response) => {
    const caller = decodeURIComponent(/caller=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
    const role = STAFF_ROLES.find((one) => caller.startsWith(one));
    const session: StaffSession | null = role
      ? {
          username: role,
          displayName: role,
          role,
          permissions: [...ROLE_PERMISSIONS[role]],
          expiresAt: '2999-01-01T00:00:00.000Z',
          freshUntil: caller.endsWith('long ago') ? '2020-01-01T00:00:00.000Z' : '2999-01-01T00:00:00.000Z',
        }
      : null;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ result: { data: session } }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
