import type { orderApi } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { type AskIntegrations, PLATFORM_TIMEOUT_MS, platformAnswer } from '../suppliers/ask-integrations.ts';
import type { Text } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf } from './allowed-actions.ts';
import { findMoved } from './find-moved.ts';
import { whyNoDeliveryImages } from './haier-rules.ts';
import { saveDeliveryImages } from './save-delivery-images.ts';

/**
 * Asks the platform for the photos of delivery and installation and keeps their addresses (R135).
 * @throws NotFound; Refused REFUSED when there can be none, SUPPLIER_… when nothing could be learnt; NotAnswered
 */
export async function queryDeliveryImages(
  context: ActContext & { readonly askIntegrations: AskIntegrations },
  { orderNumber }: z.output<typeof orderApi.deliveryImages.input>,
): Promise<z.output<typeof orderApi.deliveryImages.output>> {
  const order = await findMoved(context.orm, orderNumber);
  refuseIf(whyNoDeliveryImages({ order }));
  const found = await platformAnswer(
    context.askIntegrations('deliveryImages', { orderNumber, haierOrderNo: order.haierOrderNo! }, PLATFORM_TIMEOUT_MS),
    FAILED,
  );
  let urls: string[] = [];
  await actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    urls = await saveDeliveryImages(tx, locked.order, found.urls, cause);
  });
  return { detail: FOUND.zh, detailEn: FOUND.en, urls };
}

const FAILED: Text = { zh: '查询配送安装照片失败', en: 'The photos could not be asked for' };
const FOUND: Text = { zh: '查询成功', en: 'The platform answered' };
