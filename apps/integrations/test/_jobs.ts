import { randomUUID } from 'node:crypto';
import { internalCalls, type PushOrder } from '@orderbridge/contracts/internal-calls';
import { OrderEvent } from '@orderbridge/contracts/order-events';
import { connectJetStream } from '@orderbridge/service-kit/jetstream/connect';
import { serveCall } from '@orderbridge/service-kit/nats-calls';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { readConfig } from '../src/config.ts';
import { createContext } from '../src/context.ts';
import { claimJobs } from '../src/jobs/claim-jobs.ts';
import { endLapsed } from '../src/jobs/end-lapsed.ts';
import { type Worked, workJob } from '../src/jobs/work-job.ts';
import { migrate } from '../src/orm.ts';
import { takeOrderEvents } from '../src/order-events/take-order-events.ts';
import type { CreateAnswer, SupplierAnswer, Suppliers, YlhClient } from '../src/suppliers/suppliers.ts';

export type PushAnswer = SupplierAnswer<CreateAnswer>;
export type CreateOrder = YlhClient['createOrder'];
export type CancelOrder = YlhClient['cancelOrder'];

export const accepted = (retailOrderNo: string | null = 'R-1'): PushAnswer => ({
  outcome: 'answered',
  value: { retailOrderNo },
});
export const uncertain: PushAnswer = { outcome: 'uncertain', detail: { zh: '连接中断', en: 'the line dropped' } };
export const notSent: PushAnswer = { outcome: 'not_sent', detail: { zh: '连接失败', en: 'no connection' } };
export const duplicate: PushAnswer = {
  outcome: 'refused',
  why: 'upstream',
  duplicate: true,
  detail: { zh: 'soId 重复', en: 'soId 重复' },
};

/** Jobs of integrations on a database and bus of their own; orders and the platform are played by the test. */
export async function jobsOnDatabase() {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase({ template: 'integrations', migrate }));
  const nats = stack.use(await testNats());
  const config = readConfig({
    APP_PROFILE: 'test',
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    LOG_LEVEL: 'silent',
  });

  let now = new Date('2026-11-20T02:00:00.000Z');
  const orders = new Map<string, Partial<PushOrder> & Pick<PushOrder, 'round' | 'haierStatus'>>();
  const orderServer = await connectJetStream({ url: nats.url, name: 'orders of a test' });
  stack.defer(() => orderServer.close());
  const quiet = { warn: () => {}, error: () => {} };
  const serveOrders = async () => {
    const served = serveCall(
      orderServer.connection,
      internalCalls.pushOrder,
      { queueGroup: 'orders', log: quiet },
      async ({ orderNumber }) => {
        const order = orders.get(orderNumber);
        return order ? { ...anOrder(orderNumber), ...order } : null;
      },
    );
    await orderServer.connection.flush();
    return served;
  };
  const served = await serveOrders();

  const platform = {
    createOrder: async (..._call: Parameters<CreateOrder>): Promise<PushAnswer> => accepted(),
    cancelOrder: async (..._call: Parameters<CancelOrder>): Promise<SupplierAnswer<null>> => ({
      outcome: 'answered',
      value: null,
    }),
  };
  const pushes: Parameters<CreateOrder>[] = [];
  const cancels: Parameters<CancelOrder>[] = [];
  const suppliers = {
    source: 'database',
    sourceSystem: 'test',
    ylh: {
      createOrder: (...call: Parameters<CreateOrder>) => {
        pushes.push(call);
        return platform.createOrder(...call);
      },
      cancelOrder: (...call: Parameters<CancelOrder>) => {
        cancels.push(call);
        return platform.cancelOrder(...call);
      },
    } as Partial<YlhClient> as YlhClient,
  } as Partial<Suppliers> as Suppliers;

  /** A process of integrations: the same database and bus, its own connections. */
  const aProcess = async (clock: () => Date = () => now) => {
    const made = await createContext(config);
    stack.defer(() => made.close());
    return { ...made, now: clock, suppliers: { current: async () => suppliers } };
  };
  const context = await aProcess();
  const rows = <T = Record<string, unknown>>(sql: string, params: unknown[] = []) =>
    context.orm.em.fork().execute<T[]>(sql, params);
  let sequence = 0;

  return {
    context,
    aProcess,
    orders,
    platform,
    pushes,
    cancels,
    rows,
    databaseUrl: database.url,
    natsUrl: nats.url,
    get now() {
      return now;
    },
    later(ms: number) {
      now = new Date(now.getTime() + ms);
    },
    /** Orders goes away until the returned function is called. */
    async ordersAway() {
      await served.stop();
      await orderServer.connection.flush();
      return serveOrders;
    },
    tell: (...events: OrderEvent[]) =>
      takeOrderEvents(
        context,
        events.map((event) => ({ streamSequence: (sequence += 1), event })),
        now,
      ),
    /** An order that waits for the answer to a push, as orders tells of it. */
    async wantPush(orderNumber: string, round = 1, batchId?: string) {
      orders.set(orderNumber, { round, haierStatus: 'push_pending' });
      await this.tell(wish(orderNumber, round, 'push_pending', batchId));
    },
    async wantCancel(orderNumber: string, round = 2) {
      orders.set(orderNumber, { round, haierStatus: 'cancel_pending', cancelReason: '不想要了' });
      await this.tell(wish(orderNumber, round, 'cancel_pending'));
    },
    claim: () => claimJobs(context.orm, now, { manual: 100, bulk: 100 }),
    /** One turn of the worker: what is due, until it has ended. */
    async turn(process = context): Promise<Worked[]> {
      await endLapsed(process, now);
      const claims = await claimJobs(process.orm, now, { manual: 100, bulk: 100 });
      return Promise.all(claims.map((claim) => workJob(process, claim, new AbortController().signal)));
    },
    async job(key: string) {
      const [row] = await rows<JobRow>(`select * from jobs where key = ?`, [key]);
      return row!;
    },
    events: (orderNumber: string) =>
      rows<{ type: string; data: object }>(`select type, data from outbox where subject = ? order by id`, [
        orderNumber,
      ]),
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync();
    },
  };
}

type JobRow = {
  public_id: string;
  state: string;
  attempts: number;
  tries: number;
  next_attempt_at: string | null;
  outcome_unknown: boolean;
  last_outcome: string | null;
  detail: string | null;
};

export const wish = (orderNumber: string, round: number | undefined, to: string, batchId?: string): OrderEvent =>
  OrderEvent.parse({
    specversion: '1.0',
    id: randomUUID(),
    source: '/orderbridge/orders',
    type: 'haier.moved',
    subject: orderNumber,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: { from: 'none', to, fact: 'push_requested', round, batchId },
  });

const anOrder = (orderNumber: string): PushOrder => ({
  orderNumber,
  round: 1,
  haierStatus: 'push_pending',
  haierOrderNo: null,
  contactName: '张三丰',
  phone: '13800001234',
  province: '山东省',
  city: '青岛市',
  district: '崂山区',
  town: null,
  addressDetail: '海尔路 1 号',
  countyCode: '370212',
  note: null,
  cancelReason: null,
  createdAt: '2026-11-20T01:00:00.000Z',
  distributionTime: null,
  installTime: null,
  isGovernmentOrder: false,
  totalFen: 100_000,
  payableFen: 100_000,
  lines: [
    {
      productCode: 'GA0SZC00U',
      productName: '冰箱',
      source: 'haier',
      quantity: 1,
      unitPriceFen: 100_000,
      totalFen: 100_000,
    },
  ],
});
