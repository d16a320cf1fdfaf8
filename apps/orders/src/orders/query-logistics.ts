import type { MikroORM } from '@mikro-orm/postgresql';
import type { orderApi } from '@orderbridge/contracts/orders-api';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import type { z } from 'zod';
import { type AskIntegrations, PLATFORM_TIMEOUT_MS, platformAnswer } from '../suppliers/ask-integrations.ts';
import type { Text } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf } from './allowed-actions.ts';
import { findMoved } from './find-moved.ts';
import { whyNoLogistics } from './haier-rules.ts';
import { saveParcels } from './save-parcels.ts';

/**
 * Asks the platform where the goods of an order are, keeps what it says and answers it (R131-R133).
 * @throws NotFound; Refused REFUSED when the order was not pushed, SUPPLIER_… when nothing could be learnt; NotAnswered
 */
export async function queryLogistics(
  context: ActContext & { readonly askIntegrations: AskIntegrations },
  { orderNumber }: z.output<typeof orderApi.logistics.input>,
): Promise<z.output<typeof orderApi.logistics.output>> {
  const items = await askForParcels(context, orderNumber);
  await actOnOrder(context, orderNumber, (tx, locked, cause) => saveParcels(tx, locked, items, cause));
  return { detail: FOUND.zh, detailEn: FOUND.en, logisticsInfo: items };
}

/**
 * What the platform says of the parcels of an order; nothing is kept of it, and no transaction may be open.
 * @throws NotFound; Refused REFUSED when the order was not pushed, SUPPLIER_… when nothing could be learnt; NotAnswered
 */
export async function askForParcels(
  { orm, askIntegrations }: { readonly orm: MikroORM; readonly askIntegrations: AskIntegrations },
  orderNumber: string,
): Promise<LogisticsItem[]> {
  const order = await findMoved(orm, orderNumber);
  refuseIf(whyNoLogistics({ order }));
  const { items } = await platformAnswer(
    askIntegrations('logistics', { orderNumber, haierOrderNo: order.haierOrderNo ?? null }, PLATFORM_TIMEOUT_MS),
    FAILED,
  );
  return items;
}

const FAILED: Text = { zh: '查询物流失败', en: 'The parcels could not be asked for' };
const FOUND: Text = { zh: '查询成功', en: 'The platform answered' };
