import { createLogger } from '@orderbridge/service-kit/logger';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { STAFF_ROLES } from '@orderbridge/contracts/permissions';
import { ordersApp } from '../src/api/app.ts';
import { seedDemo } from '../src/catalogue/seed-demo.ts';
import { readConfig } from '../src/config.ts';
import { createContext } from '../src/context.ts';
import { LOG_FIELDS } from '../src/log.ts';
import { migrate } from '../src/orm.ts';
import { hashPassword } from '../src/staff/password.ts';
import { StaffMember } from '../src/staff/staff.entity.ts';

export const TOKEN = 'a-storefront-token-of-this-test';
export const PASSWORD = 'a password of this test';
export const ORIGIN = 'http://localhost';

/** What the server's listener says of a connection from this machine, which may name a client in X-Forwarded-For. */
const CONNECTION = { incoming: { socket: { remoteAddress: '127.0.0.1', remotePort: 1, remoteFamily: 'IPv4' } } };

export type Headers = Readonly<Record<string, string>>;
export type Answer = { status: number; body: any; cookie: string | undefined; headers: Response['headers'] };

/** The whole API on a real database and broker, with one account per role; its clock moves by hand. */
export async function ordersApi(env: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase({ template: 'orders', migrate }));
  const nats = stack.use(await testNats());
  const lines: string[] = [];
  let aheadMs = 0;
  const context = await createContext(
    readConfig({
      APP_PROFILE: 'test',
      DATABASE_URL: database.url,
      NATS_URL: nats.url,
      STOREFRONT_API_TOKEN: TOKEN,
      ...env,
    }),
    {
      now: () => new Date(Date.now() + aheadMs),
      log: createLogger({
        service: 'orders',
        level: 'info',
        fields: LOG_FIELDS,
        destination: { write: (line) => lines.push(line) },
      }),
    },
  );
  stack.defer(() => context.close());
  await seedDemo(context.orm);
  const em = context.orm.em.fork();
  const passwordHash = await hashPassword(PASSWORD);
  for (const role of STAFF_ROLES)
    em.create(StaffMember, {
      username: role,
      displayName: role,
      passwordHash,
      role,
      isActive: true,
      createdAt: new Date(),
    });
  await em.flush();
  const app = ordersApp(context, new AbortController().signal);

  const fetch = (path: string, init: RequestInit = {}): Promise<Response> =>
    Promise.resolve(app.request(path, init, CONNECTION));
  const request = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(path, init);
    const text = await response.text();
    // A refused subscription says so in its first event.
    const event = /event: serialized-error\ndata: (.+)/.exec(text)?.[1];
    const body = event ? { error: JSON.parse(event) } : JSON.parse(text);
    return {
      status: event ? body.error.data.httpStatus : response.status,
      body,
      cookie: response.headers.getSetCookie()[0]?.split(';')[0],
      headers: response.headers,
    };
  };
  const mutate = (procedure: string, input: unknown, headers: Headers = {}) =>
    request(`/trpc/${procedure}`, {
      method: 'POST',
      body: JSON.stringify(input) ?? null,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const query = (procedure: string, input: unknown, headers: Headers = {}) =>
    request(`/trpc/${procedure}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`, {
      headers,
    });

  return {
    context,
    app,
    lines,
    fetch,
    request,
    mutate,
    query,
    later: (ms: number) => {
      aheadMs += ms;
    },
    signIn: async (username: string, headers: Headers = {}, password = PASSWORD): Promise<{ cookie: string }> => ({
      cookie: (await mutate('session.signIn', { username, password }, headers)).cookie!,
    }),
    /** A new account of its own, so that one test's lock or kill is no other's. */
    async account(username: string, role: (typeof STAFF_ROLES)[number] = 'viewer'): Promise<void> {
      await this.rows(
        `insert into staff (username, display_name, password_hash, role, is_active) values (?, ?, ?, ?, true)`,
        [username, username, passwordHash, role],
      );
    },
    rows: <T = any>(sql: string, params: unknown[] = []): Promise<T[]> => em.execute<T[]>(sql, params),
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync();
    },
  };
}
