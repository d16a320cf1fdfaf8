import { answered, type NotAnswered, refusedUnasked } from '../http/answers.ts';
import { inPieces } from '../http/in-pieces.ts';
import { type SupplierRequest, supplierCall } from '../http/supplier-call.ts';
import type { Tokens } from '../http/token-cache.ts';
import type { Upstream } from '../http/upstream.ts';
import type { CallOptions, SupplierAnswer, YlhClient } from '../suppliers/suppliers.ts';
import { endOfDay } from './end-of-day.ts';
import { isRepeatedCancel, isRepeatedOrder } from './is-repeated.ts';
import { orderRequest } from './order-request.ts';
import { readImages } from './read-images.ts';
import { readAcknowledgement, readOrderAnswer } from './read-order-answer.ts';
import { readStoreLogistics } from './read-store-logistics.ts';
import type { YlhSettings } from './ylh-settings.ts';

/** The YLH order system, request for request as domain.md §1.10-§1.14 has them. What changes something is sent once. */
export function createYlhClient(upstream: Upstream, tokens: Tokens, settings: YlhSettings): YlhClient {
  const call = <T>(
    operation: string,
    url: string,
    effect: SupplierRequest<T>['effect'],
    body: object,
    read: SupplierRequest<T>['read'],
    options: CallOptions,
  ) => {
    const wire = { operation, url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return supplierCall(upstream, tokens, { ...wire, effect, read }, options);
  };

  return {
    createOrder: async (order, options) =>
      marked(
        await call(
          'create_order',
          `${settings.intakeUrl}/api/page/hmm/retailorder/receive-hmm-retail-order`,
          'write',
          orderRequest(order, settings),
          readOrderAnswer,
          options,
        ),
        (answer) => isRepeatedOrder(answer, order.orderNumber, settings.repeatedWords),
      ),

    async cancelOrder({ soId, reason, at }, options) {
      const answer = await call(
        'cancel_order',
        `${settings.intakeUrl}/api/page/hmm/retailorder/cancel-hmm-retail-order`,
        'write',
        {
          soId,
          cancelTime: String(at.getTime()),
          cancelReason: reason.trim() || DEFAULT_CANCEL_REASON,
          sourceSystem: settings.sourceSystem,
        },
        readAcknowledgement,
        options,
      );
      return answer.outcome === 'answered' ? answered(null) : marked(answer, isRepeatedCancel);
    },

    async reschedule({ retailOrderNo, distributionTime, installTime }, options) {
      if (retailOrderNo.trim() === '')
        return refusedUnasked('retailOrderNo为必填参数', 'The Haier order number (retailOrderNo) is needed');
      if (!distributionTime && !installTime)
        return refusedUnasked('请至少填写配送时间或安装时间', 'Give a delivery time or an installation time, or both');
      const times = {
        distributionTime: distributionTime && endOfDay(distributionTime),
        installTime: installTime && endOfDay(installTime),
      };
      const answer = await call(
        'reschedule',
        `${settings.orderUrl}/api/page/retailorder/hmm/update-distribution-time`,
        'write',
        {
          retailOrderNo,
          distributionTime: times.distributionTime?.getTime(),
          installTime: times.installTime?.getTime(),
        },
        readAcknowledgement,
        options,
      );
      return answer.outcome === 'answered' ? answered(times) : answer;
    },

    deliveryImages: (haierOrderNo, options) =>
      call(
        'delivery_images',
        `${settings.orderUrl}/api/page/retailorder/search/get-retail-order-delivery-img`,
        'read',
        { orderNo: haierOrderNo },
        readImages,
        options,
      ),

    logistics: (numbers, options) =>
      inPieces(numbers, NUMBERS_MAX, (piece) =>
        call(
          'logistics',
          `${settings.stockUrl}/api/composite/stock/logistics/get-store-logistics-by-order-code`,
          'read',
          piece,
          (body) => readStoreLogistics(body, piece),
          options,
        ),
      ),

    signIn: tokens.signIn,
  };
}

/** Numbers in one logistics call (domain.md §1.14). */
const NUMBERS_MAX = 100;

/** The field is mandatory, so an empty reason is never sent (domain.md §1.11). */
const DEFAULT_CANCEL_REASON = '商家取消订单';

/** Tells a refusal that only says that we were heard before. */
function marked<T>(answer: SupplierAnswer<T>, isRepeated: (answer: NotAnswered) => boolean): SupplierAnswer<T> {
  return answer.outcome === 'refused' && isRepeated(answer) ? { ...answer, duplicate: true } : answer;
}
