import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { readYuan } from '@orderbridge/contracts/payment-callback';
import { needsSecondPerson } from './needs-second-person.ts';

/** What becomes of a refund of the sum that stands in the form, said while it is typed; none means all. */
export function RefundConsequence({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const typed = Form.useWatch<string | undefined>('refundYuan')?.trim();
  const { refundableFen, secondPersonFromFen } = order;
  const amountFen = typed ? readYuan(typed) : refundableFen;
  if (amountFen === undefined || amountFen === 0) return null;
  const left = refundableFen - amountFen;
  return (
    <div className="consequence" role="status" data-testid="refund-consequence">
      {left < 0 ? (
        t('order.refundTooMuch', { amount: formatFen(refundableFen) })
      ) : (
        <>
          <div>
            {left === 0
              ? t('order.refundLeavesNothing', { amount: formatFen(amountFen) })
              : t('order.refundLeaves', { amount: formatFen(amountFen), left: formatFen(left) })}
          </div>
          {needsSecondPerson(order, amountFen) ? (
            <strong data-testid="refund-needs-second">
              {t('order.needsSecondPerson', { from: formatFen(secondPersonFromFen ?? 0) })}
            </strong>
          ) : (
            <div>{t('order.sentAtOnce')}</div>
          )}
        </>
      )}
    </div>
  );
}
