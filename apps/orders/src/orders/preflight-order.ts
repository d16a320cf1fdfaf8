import type { MikroORM } from '@mikro-orm/postgresql';
import type { PreflightCheck, PushOrder } from '@orderbridge/contracts/internal-calls';
import type { OrderPreflight } from '@orderbridge/contracts/orders-api';
import { CallRefused, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import { type AskIntegrations, PLATFORM_TIMEOUT_MS } from '../suppliers/ask-integrations.ts';
import type { Text } from '../text.ts';
import type { WhyNot } from './allowed-actions.ts';
import { findMoved } from './find-moved.ts';
import { orderNotFound } from './get-order.ts';
import { whyNoPush } from './haier-rules.ts';
import { missingFields } from './missing-fields.ts';
import type { MovedOrder } from './moved-order.ts';
import { readPushOrders } from './read-push-orders.ts';

/**
 * Looks at everything that a push needs, without pushing: what we know ourselves, and, when that is in order, what the
 * platform says of product, price, stock and balance. Changes nothing.
 * @throws NotFound
 */
export async function preflightOrder(
  { orm, askIntegrations }: { readonly orm: MikroORM; readonly askIntegrations: AskIntegrations },
  { orderNumber }: { orderNumber: string },
): Promise<OrderPreflight> {
  const order = await findMoved(orm, orderNumber);
  const data = (await readPushOrders(orm.em.fork(), [orderNumber])).get(orderNumber);
  if (!data) throw orderNotFound(orderNumber);
  const missing = missingFields(data);
  const own = [...ownChecks(order), ...dataChecks(data, missing)];
  const checks = own.some(hasFailed) ? own : [...own, ...(await platformChecks(askIntegrations, data))];
  return { orderNumber, canPush: !checks.some(hasFailed), checks, missing };
}

const hasFailed = ({ result }: PreflightCheck): boolean => result === 'failed';

function ownChecks(order: MovedOrder): PreflightCheck[] {
  const why = whyNoPush({ order });
  const isGoods = why?.code === 'REFUSED';
  const said = (no: WhyNot | null, check: PreflightCheck['check'], fine: Text): PreflightCheck =>
    no ? { check, result: 'failed', detail: no.zh, detailEn: no.en } : ok(check, fine);
  return [
    said(isGoods ? null : why, 'status', { zh: '订单可以推送', en: 'The order can be pushed' }),
    said(isGoods ? why : null, 'goods', { zh: '全部为海尔商品', en: 'All goods are from Haier' }),
  ];
}

function dataChecks(order: PushOrder, missing: OrderPreflight['missing']): PreflightCheck[] {
  const lacking = (check: PreflightCheck['check'], of: (field: string) => boolean, fine: Text): PreflightCheck => {
    const parts = missing.filter(({ field }) => of(field));
    if (parts.length === 0) return ok(check, fine);
    return {
      check,
      result: 'failed',
      detail: `缺少${parts.map(({ name }) => name).join('、')}`,
      detailEn: `Missing: ${parts.map(({ nameEn }) => nameEn).join(', ')}`,
    };
  };
  const isRecipient = (field: string) => field === 'contactName' || field === 'phone';
  const isSum = (field: string) => field.startsWith('lines') || field === 'payableFen';
  return [
    lacking('recipient', isRecipient, { zh: '姓名和电话齐全', en: 'Name and phone are there' }),
    lacking('address', (field) => !isRecipient(field) && !isSum(field), {
      zh: '地址齐全',
      en: 'The address is complete',
    }),
    order.countyCode
      ? ok('county', { zh: `区县编码 ${order.countyCode}`, en: `County code ${order.countyCode}` })
      : {
          check: 'county',
          result: 'warning',
          detail: '没有区县编码，无法查询当地库存',
          detailEn: 'There is no county code, so local stock cannot be asked for',
        },
    isSummedUp(order)
      ? lacking('sums', isSum, { zh: '数量与金额一致', en: 'Quantities and sums agree' })
      : {
          check: 'sums',
          result: 'failed',
          detail: '商品金额与订单金额不一致',
          detailEn: 'The sums of the goods and of the order differ',
        },
  ];
}

const isSummedUp = ({ lines, totalFen }: PushOrder): boolean =>
  lines.every((line) => line.unitPriceFen * line.quantity === line.totalFen) &&
  lines.reduce((sum, line) => sum + line.totalFen, 0) === totalFen;

async function platformChecks(askIntegrations: AskIntegrations, order: PushOrder): Promise<PreflightCheck[]> {
  try {
    return (await askIntegrations('preflight', order, PLATFORM_TIMEOUT_MS)).checks;
  } catch (error) {
    if (!(error instanceof CallUnavailable) && !(error instanceof CallRefused)) throw error;
    const { zh, en } = NOT_ASKED;
    return (['product', 'price', 'stock', 'balance'] as const).map((check) => ({
      check,
      result: 'unknown',
      detail: zh,
      detailEn: en,
    }));
  }
}

const NOT_ASKED: Text = {
  zh: '暂时无法向平台查询，不影响推送',
  en: 'The platform cannot be asked right now; this does not stop a push',
};

const ok = (check: PreflightCheck['check'], { zh, en }: Text): PreflightCheck => ({
  check,
  result: 'ok',
  detail: zh,
  detailEn: en,
});
