import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatFen } from '@orderbridge/contracts/money';
import type { RefundSheet } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Copyable } from '../layout/copyable.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { RecordDrawer } from '../layout/record-drawer.tsx';
import { DecideRefund } from './decide-refund.tsx';
import { MoneyMoves } from './money-moves.tsx';
import { RefundApproval } from './refund-approval.tsx';
import { RefundStatusTag } from './refund-status-tag.tsx';
import { RetryRefund } from './retry-refund.tsx';

export const REFUND_PARAM = 'refund';

// Attempts to pay out are told by no event.
const LOOK_EVERY_MS = 5_000;

export function RefundDrawer() {
  const { t } = useTranslation();
  return (
    <RecordDrawer param={REFUND_PARAM} title={t('payments.refundSheet')} testId="refund-drawer">
      {(id) => <Refund id={id} />}
    </RecordDrawer>
  );
}

function Refund({ id }: { id: string }) {
  const { t } = useTranslation();
  const refund = useQuery(ordersApi.refund.get.queryOptions({ id }, { refetchInterval: LOOK_EVERY_MS }));
  return (
    <QueryView query={refund}>
      {(sheet) => (
        <>
          <div className="record-acts">
            <DecideRefund refund={sheet} />
            {!sheet.approval?.awaited && <RetryRefund refund={sheet} />}
          </div>
          <RefundFacts refund={sheet} />
          <MoneyMoves moves={sheet.history} empty={t('payments.noRefundMoves')} />
        </>
      )}
    </QueryView>
  );
}

function RefundFacts({ refund }: { refund: RefundSheet }) {
  const { t } = useTranslation();
  const { actor, label } = useLabels();
  const staffText = useStaffText();
  const { orderNumber, paymentId, method, lastError, lastErrorEn, nextAttemptAt, withdrawnAt } = refund;
  const { requestedBy, approval } = refund;
  return (
    <FactList ruled>
      <Fact label={t('order.state')}>
        <RefundStatusTag refund={refund} />
      </Fact>
      <Fact label={t('order.amount')}>
        <strong className="number">{formatFen(refund.amountFen)}</strong>
      </Fact>
      <Fact label={t('orders.orderNumber')}>
        <OrderLink number={orderNumber} />
      </Fact>
      <Fact label={t('order.cause')}>{label('refundCause', refund.cause)}</Fact>
      <Fact label={t('order.reason')}>
        <span className="as-written">{staffText(refund.reason, refund.reasonEn)}</span>
      </Fact>
      <Fact label={t('payments.requestedBy')}>{requestedBy === null ? '—' : actor(requestedBy)}</Fact>
      <Fact label={t('payments.approval')}>
        {approval === null ? (
          t('payments.approvalNotNeeded')
        ) : withdrawnAt === null ? (
          <RefundApproval refund={refund} />
        ) : (
          '—'
        )}
      </Fact>
      {approval !== null && approval.approvedAt !== null && (
        <Fact label={t('payments.approvedAt')}>
          <Moment at={approval.approvedAt} />
        </Fact>
      )}
      <Fact label={t('payments.attempts')}>{t('payments.attemptCount', { count: refund.attempts })}</Fact>
      <Fact label={t('payments.nextAttempt')}>{nextAttemptAt === null ? '—' : <Moment at={nextAttemptAt} />}</Fact>
      <Fact label={t('payments.lastError')}>
        {lastError === null ? '—' : <span className="as-written danger">{staffText(lastError, lastErrorEn)}</span>}
      </Fact>
      <Fact label={t('payments.refundNo')}>
        <Copyable text={refund.refundNo} what={t('payments.refundNo')} />
      </Fact>
      <Fact label={t('payments.providerRefundId')}>
        <span className="code breakable">{refund.providerRefundId ?? '—'}</span>
      </Fact>
      <Fact label={t('payments.ofPayment')}>
        {paymentId === null ? (
          '—'
        ) : (
          <Link to={`/payments?payment=${paymentId}`}>
            {method === null ? t('payments.sheet') : t(`paymentMethod.${method}`)}
          </Link>
        )}
      </Fact>
      <Fact label={t('order.openedAt')}>
        <Moment at={refund.createdAt} />
      </Fact>
      {withdrawnAt !== null && (
        <Fact label={t('payments.withdrawnAt')}>
          <Moment at={withdrawnAt} />
        </Fact>
      )}
    </FactList>
  );
}
