import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import type { BulkPreflight, orderApi } from '@orderbridge/contracts/orders-api';
import { CallRefused, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import type { z } from 'zod';
import { DomainError } from '../errors.ts';
import type { AskIntegrations } from '../suppliers/ask-integrations.ts';
import { costWaitingPushes } from '../overview/cost-waiting-pushes.ts';
import { findManyMoved } from './find-moved.ts';
import { orderNotFound } from './get-order.ts';
import type { MovedOrder } from './moved-order.ts';
import { readPushOrders } from './read-push-orders.ts';
import { refuseUnfit } from './request-push.ts';

/** Integrations answers from its own rows. */
const BALANCE_TIMEOUT_MS = 3_000;

/** Integrations hears of the balance every half hour. */
const OLD_MS = 3_600_000;

/**
 * Says what `pushMany` would do with these orders, by the same rules: which it would take, which not and why, and whether
 * the balance that Haier told last pays for the goods of those it would take, beside those that wait for Haier already.
 * A few queries for all of them, one question to integrations and none to a platform. Changes nothing.
 */
export async function preflightMany(
  {
    orm,
    now,
    askIntegrations,
  }: { readonly orm: MikroORM; readonly now: () => Date; readonly askIntegrations: AskIntegrations },
  { orderNumbers }: z.output<typeof orderApi.preflightMany.input>,
): Promise<BulkPreflight> {
  const numbers = [...new Set(orderNumbers)];
  const [judged, waiting, balance] = await Promise.all([
    judgeAll(orm.em.fork(), numbers),
    costWaitingPushes(orm.em.fork()),
    readBalance(askIntegrations, now()),
  ]);
  const going = judged.filter(({ canPush }) => canPush);
  const costFen = going.reduce((sum, order) => sum + (order.costFen ?? 0), 0);
  const unpricedOrders = going.filter((order) => order.costFen === null).length;
  return {
    orders: judged,
    costFen,
    unpricedOrders,
    waitingFen: waiting.costFen,
    balance,
    money: judgeMoney(costFen + waiting.costFen, unpricedOrders + waiting.unpricedLines > 0, balance),
  };
}

async function judgeAll(em: SqlEntityManager, numbers: readonly string[]): Promise<BulkPreflight['orders']> {
  const orders = await findManyMoved(em, numbers);
  const data = await readPushOrders(em, numbers);
  const costs = await readCosts(em, numbers);
  return numbers.map((orderNumber) => ({
    orderNumber,
    ...judge(orderNumber, orders.get(orderNumber), data.get(orderNumber)),
    costFen: costs.get(orderNumber) ?? null,
  }));
}

type Judged = Pick<BulkPreflight['orders'][number], 'canPush' | 'reason' | 'reasonEn'>;

function judge(orderNumber: string, order: MovedOrder | undefined, data: PushOrder | undefined): Judged {
  try {
    if (!order || !data) throw orderNotFound(orderNumber);
    refuseUnfit(order, data);
    return { canPush: true, reason: null, reasonEn: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { canPush: false, reason: error.message, reasonEn: error.messageEn };
  }
}

/** What the Haier goods of each order cost us, by number; an order with a product without a supply price is left out. */
async function readCosts(em: SqlEntityManager, orderNumbers: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await em.execute<{ order_number: string; cost_fen: string }[]>(
    `select o.order_number, sum(l.quantity * p.supply_price_fen)::text as cost_fen
       from orders o
       join order_lines l on l.order_id = o.id and l.source = 'haier'
       join products p on p.id = l.product_id
      where o.order_number in (?)
      group by o.id having count(*) = count(p.supply_price_fen)`,
    [orderNumbers],
  );
  return new Map(rows.map((row) => [row.order_number, Number(row.cost_fen)]));
}

/** Our money at Haier; null when nobody knows, which stops no push. */
async function readBalance(askIntegrations: AskIntegrations, now: Date): Promise<BulkPreflight['balance']> {
  try {
    const { accounts } = await askIntegrations('balances', {}, BALANCE_TIMEOUT_MS);
    const [first] = accounts;
    if (!first) return null;
    return {
      balanceFen: accounts.reduce((sum, { balanceFen }) => sum + balanceFen, 0),
      readAt: first.readAt,
      isOld: now.getTime() - Date.parse(first.readAt) > OLD_MS,
    };
  } catch (error) {
    if (error instanceof CallUnavailable || error instanceof CallRefused) return null;
    throw error;
  }
}

/** Goods without a price can only make it dearer. */
function judgeMoney(dueFen: number, hasUnpriced: boolean, balance: BulkPreflight['balance']): BulkPreflight['money'] {
  if (!balance || balance.isOld) return 'unknown';
  if (dueFen > balance.balanceFen) return 'short';
  return hasUnpriced ? 'unknown' : 'enough';
}
