import { randomUUID } from 'node:crypto';
import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { createLogger } from '@orderbridge/service-kit/logger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrdersContext } from '../src/context.ts';
import { jobs } from '../src/jobs/jobs.ts';
import {
  alipayCallback,
  haierCallback,
  ordersOnDatabase,
  paymentCallback,
  refundCallback,
  wechatCallback,
  wechatPaid,
} from './_orders.ts';

const DAY_MS = 86_400_000;

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app?.[Symbol.asyncDispose]());

/** Every job of the service, once: if one of them pruned callbacks, it would do so now. */
async function runEveryJob() {
  const context = {
    ...app.context,
    config: {
      auditChainKey: 'a chain key of this test',
      overdue: { pushMs: DAY_MS / 2, confirmationMs: DAY_MS / 2 },
    },
    log: createLogger({ service: 'orders', level: 'silent', fields: [] }),
  } as unknown as OrdersContext;
  const all = jobs(context);
  expect(all.map(({ name }) => name)).toContain('prune refused samples');
  for (const { run } of all) await run(new AbortController().signal);
}

/** Everything that could be an effect, of all orders: only inbox rows, cases for staff and their traces are left out. */
async function effects(): Promise<unknown> {
  const tables = {
    // When the same count was told last is no effect of it.
    orders: `select to_jsonb(o) - 'haier_counted_at' as row from orders o order by id`,
    lines: 'select * from order_lines order by id',
    payments: 'select * from payments order by id',
    refunds: 'select * from refunds order by id',
    products: 'select * from products order by id',
    moves: 'select * from state_changes order by id',
    stock: 'select * from inventory_log order by id',
    audit: 'select * from audit_entries order by id',
    told: `select * from outbox where type not in ('callback.recorded', 'exception.raised') order by id`,
  };
  const rows = await Promise.all(Object.entries(tables).map(async ([name, sql]) => [name, await app.rows(sql)]));
  return Object.fromEntries(rows);
}

const inbox = () =>
  app.rows<{ transport_key: string; outcome: string }>(`select transport_key, outcome from callbacks order by id`);

/** The same bytes once more: its own envelope, at its own time, late when the sender's time stamp says so. */
const replayed = (envelope: CallbackEnvelope): CallbackEnvelope => ({
  ...envelope,
  id: randomUUID(),
  receivedAt: app.now.toISOString(),
  late: envelope.provider === 'haier',
});

const outcomesOf = (outcomes: readonly CallbackOutcome[]) => outcomes.map(({ outcome }) => outcome);

type Case = {
  readonly name: string;
  /** The callbacks of one order, each with how it says the same anew, under another signature. */
  readonly life: () => Promise<{ first: CallbackEnvelope; anew: () => CallbackEnvelope }[]>;
};

const said = (data: Parameters<typeof haierCallback>[0], method?: string) => {
  const make = () => haierCallback(data, { at: app.now, ...(method === undefined ? {} : { method }) });
  return { first: make(), anew: make };
};
const openedBy = async (method: 'generic' | 'wechat' | 'alipay') => {
  const { orderNumber } = await app.place();
  return { orderNumber, payment: await app.openPayment(orderNumber, method) };
};

const CASES: Case[] = [
  {
    name: 'Haier: confirmed, out of stock',
    life: async () => {
      const { orderNumber: PlatformOrderNo } = await app.paidOrder();
      return [
        said({ PlatformOrderNo, State: 1, ExtOrderNo: `SO.${PlatformOrderNo}` }),
        said({ PlatformOrderNo, State: 1, FailMsg: '缺货' }, 'hmm.scm_heorder.oostock'),
      ];
    },
  },
  {
    name: 'Haier: refused',
    life: async () => {
      const { orderNumber: PlatformOrderNo } = await app.paidOrder();
      return [said({ PlatformOrderNo, State: 0, FailMsg: '库存校验失败' })];
    },
  },
  {
    name: 'Haier: cancelled in part, with counts',
    life: async () => {
      const { orderNumber: PlatformOrderNo } = await app.paidOrder();
      const itemList = [{ productCode: 'GA0SZC00U', totalQty: 2, receiveQty: 1, returnQty: 0, rejectQty: 1 }];
      return [said({ PlatformOrderNo, State: 2, itemList }, 'hmm.scm_heorder.cancel')];
    },
  },
  {
    name: 'Haier: cancelled',
    life: async () => {
      const { orderNumber: PlatformOrderNo } = await app.paidOrder();
      return [said({ PlatformOrderNo, State: 1, FailMsg: '买家拒收' }, 'hmm.scm_heorder.cancel')];
    },
  },
  {
    name: 'a payment by HMAC',
    life: async () => {
      const { payment } = await openedBy('generic');
      return [
        {
          first: paymentCallback(payment, {}, app.now),
          anew: () => paymentCallback(payment, { subject: '再次通知' }, app.now),
        },
      ];
    },
  },
  {
    name: 'money that came too late',
    life: async () => {
      const { payment } = await openedBy('generic');
      await app.deliver(paymentCallback(payment, { status: 'closed' }, app.now));
      return [
        {
          first: paymentCallback(payment, {}, app.now),
          anew: () => paymentCallback(payment, { subject: '再次通知' }, app.now),
        },
      ];
    },
  },
  {
    name: 'a refund by HMAC',
    life: async () => {
      const { orderNumber: PlatformOrderNo } = await app.paidOrder();
      await app.deliver(said({ PlatformOrderNo, State: 1 }, 'hmm.scm_heorder.cancel').first);
      const [refund] = (await app.order(PlatformOrderNo)).refunds;
      const fields = {
        out_refund_no: refund!.refundNo,
        refund_status: 'success',
        refund_amount: (refund!.amountFen / 100).toFixed(2),
        refund_id: `R-${refund!.id}`,
      };
      return [
        {
          first: refundCallback('generic', fields, app.now),
          anew: () => refundCallback('generic', { ...fields, note: '再次通知' }, app.now),
        },
      ];
    },
  },
  {
    name: 'a payment by WeChat',
    life: async () => {
      const { payment } = await openedBy('wechat');
      const make = () => wechatCallback(wechatPaid(payment), { at: app.now });
      return [{ first: make(), anew: make }];
    },
  },
  {
    name: 'a payment by Alipay',
    life: async () => {
      const { payment } = await openedBy('alipay');
      const make = () => alipayCallback(payment, {}, { at: app.now });
      return [{ first: make(), anew: make }];
    },
  },
];

describe('399 days later (P9)', () => {
  const told: { name: string; first: CallbackEnvelope; anew: () => CallbackEnvelope; answer: CallbackOutcome }[] = [];

  beforeAll(async () => {
    for (const { name, life } of CASES)
      for (const callback of await life()) {
        const [answer] = await app.deliver(callback.first);
        told.push({ name, ...callback, answer: answer! });
      }
    app.later(399 * DAY_MS);
  });

  test('each of them had its effect when it came', () => {
    expect(told.map(({ name, answer }) => [name, answer.outcome])).toEqual(told.map(({ name }) => [name, 'applied']));
  });

  test('no job has removed a single callback', async () => {
    const before = await inbox();
    await runEveryJob();
    expect(await inbox()).toEqual(before);
    expect(before.length).toBeGreaterThan(told.length);
  });

  test('byte for byte: answered as the first time, no effect, no row', async () => {
    const [before, rows] = [await effects(), await inbox()];
    for (const { first, answer } of told) {
      const again = await app.deliver(replayed(first));
      expect(JSON.stringify(again)).toBe(JSON.stringify([answer]));
    }
    // All at once too, twice each.
    await app.deliver(...told.flatMap(({ first }) => [replayed(first), replayed(first)]));
    expect(await effects()).toEqual(before);
    expect(await inbox()).toEqual(rows);
  });

  test('the same meaning under a new signature: no effect, one row that says so', async () => {
    const [before, rows] = [await effects(), await inbox()];
    for (const { name, anew } of told) {
      const envelope = anew();
      expect([name, ...outcomesOf(await app.deliver(envelope))]).toEqual([name, 'repeated']);
      expect([name, ...outcomesOf(await app.deliver(replayed(envelope)))]).toEqual([name, 'repeated']);
    }
    expect(await effects()).toEqual(before);
    expect((await inbox()).slice(rows.length)).toEqual(
      told.map(() => ({ transport_key: expect.any(String), outcome: 'repeated' })),
    );
  });

  test('the same meaning and the old time under a new signature: kept for staff in the late lane', async () => {
    const [before, rows] = [await effects(), await inbox()];
    const ofHaier = told.filter(({ first }) => first.provider === 'haier');
    for (const { first } of ofHaier) {
      const other = { ...replayed(first), transportKey: `haier:${randomUUID()}` };
      expect(outcomesOf(await app.deliver(other))).toEqual(['late']);
    }
    expect(await effects()).toEqual(before);
    expect((await inbox()).slice(rows.length).map(({ outcome }) => outcome)).toEqual(ofHaier.map(() => 'late'));
  });
});
