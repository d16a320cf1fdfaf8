import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, forEachOf, isSuccess, post, SCALE, startSystem, type System } from './_system.ts';

const CALLBACKS = 500 * SCALE;
const KILLS_EACH = 4 * SCALE;
const VICTIMS = ['orders', 'gateway', 'nats-server'] as const;
const SENDERS = 8;
const BETWEEN_KILLS_MS = 1_500;
// Callbacks arrive all the while that processes are killed.
const PACE_MS = (KILLS_EACH * VICTIMS.length * BETWEEN_KILLS_MS * SENDERS) / CALLBACKS;
const SETTLED_WITHIN_MS = 60_000;

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

test(
  `${CALLBACKS} callbacks while orders, gateway and nats-server are killed ${KILLS_EACH} times each: none lost, none doubled`,
  { timeout: 300_000 * SCALE },
  async () => {
    const callbacks = await paymentCallbacks(CALLBACKS);
    let attempts = 0;
    let killing = true;
    const sending = forEachOf(callbacks, SENDERS, async (callback) => {
      // The platform's behaviour: repeat until the answer is a success.
      for (;;) {
        attempts += 1;
        const answer = await post(callback).catch(() => undefined);
        if (answer && isSuccess(answer)) break;
        await delay(100);
      }
      if (killing) await delay(PACE_MS);
      // Some come once more after their success.
      if (attempts % 5 === 0) await post(callback).catch(() => undefined);
    });

    for (let round = 0; round < KILLS_EACH; round += 1) {
      for (const name of VICTIMS) {
        await system.kill(name);
        await delay(BETWEEN_KILLS_MS);
      }
    }
    killing = false;
    await sending;

    const settled = await eventually(async () => {
      const [row] = await system.rows<{ inbox: number; effects: number }>(
        `select (select count(*)::int from callbacks where outcome in ('applied', 'repeated')) as inbox,
              (select count(*)::int from state_changes where fact = 'payment_received') as effects`,
      );
      return row!.inbox >= CALLBACKS && row!.effects >= CALLBACKS ? row : undefined;
    }, SETTLED_WITHIN_MS);
    expect(settled).toEqual({ inbox: CALLBACKS, effects: CALLBACKS });

    const inbox = await system.rows<{ transport_key: string; outcome: string }>(
      `select transport_key, outcome from callbacks`,
    );
    expect(inbox.map((row) => row.transport_key).toSorted()).toEqual(
      callbacks.map((callback) => callback.key).toSorted(),
    );
    expect(new Set(inbox.map((row) => row.outcome))).toEqual(new Set(['applied']));
    expect(
      await system.rows(
        `select order_id from state_changes where fact = 'payment_received' group by order_id having count(*) > 1`,
      ),
    ).toEqual([]);
    expect(await system.rows(`select 1 from orders where status <> 'paid'`)).toEqual([]);
    expect(await system.rows(`select 1 from refunds`)).toEqual([]);

    // Subscribers hear of each effect, once.
    const told = await eventually(async () => {
      const events = await system.rows<{ n: number }>(`select count(*)::int as n from outbox where sent_at is null`);
      return events[0]!.n === 0 ? events : undefined;
    }, SETTLED_WITHIN_MS);
    expect(told).toEqual([{ n: 0 }]);
  },
);

async function paymentCallbacks(count: number) {
  const callbacks: ReturnType<System['paymentCallback']>[] = [];
  await forEachOf(Array.from({ length: count }).fill(0), SENDERS, async () => {
    const { orderNumber } = await system.place();
    callbacks.push(system.paymentCallback(await system.openPayment(orderNumber)));
  });
  return callbacks;
}
