import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatFen } from '@orderbridge/contracts/money';
import type { PaymentSheet, RefundView } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { Copyable } from '../layout/copyable.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { RecordDrawer } from '../layout/record-drawer.tsx';
import { MoneyMoves } from './money-moves.tsx';
import { PaymentStatusTag } from './payment-status-tag.tsx';
import { REFUND_PARAM } from './refund-drawer.tsx';
import { RefundStatusTag } from './refund-status-tag.tsx';
import { SyncPayment } from './sync-payment.tsx';

export const PAYMENT_PARAM = 'payment';

export function PaymentDrawer() {
  const { t } = useTranslation();
  return (
    <RecordDrawer param={PAYMENT_PARAM} title={t('payments.sheet')} testId="payment-drawer">
      {(id) => <Payment id={id} />}
    </RecordDrawer>
  );
}

function Payment({ id }: { id: string }) {
  const { t } = useTranslation();
  const payment = useQuery(ordersApi.payment.get.queryOptions({ id }));
  return (
    <QueryView query={payment}>
      {(sheet) => (
        <>
          <SyncPayment payment={sheet} />
          <PaymentFacts payment={sheet} />
          <RefundsOfPayment refunds={sheet.refunds} />
          <MoneyMoves moves={sheet.history} empty={t('payments.noMoves')} />
        </>
      )}
    </QueryView>
  );
}

function PaymentFacts({ payment }: { payment: PaymentSheet }) {
  const { t } = useTranslation();
  const { orderNumber, transactionId, paidAt } = payment;
  return (
    <FactList ruled>
      <Fact label={t('order.state')}>
        <PaymentStatusTag status={payment.status} />
      </Fact>
      <Fact label={t('order.amount')}>
        <strong className="number">{formatFen(payment.amountFen)}</strong>
      </Fact>
      <Fact label={t('orders.orderNumber')}>
        <OrderLink number={orderNumber} />
      </Fact>
      <Fact label={t('order.method')}>{t(`paymentMethod.${payment.method}`)}</Fact>
      <Fact label={t('payments.providerOrderNo')}>
        <Copyable text={payment.providerOrderNo} what={t('payments.providerOrderNo')} />
      </Fact>
      <Fact label={t('order.transactionId')}>
        {transactionId === null ? '—' : <Copyable text={transactionId} what={t('order.transactionId')} />}
      </Fact>
      <Fact label={t('order.openedAt')}>
        <Moment at={payment.createdAt} />
      </Fact>
      <Fact label={t('order.expiresAt')}>
        <Moment at={payment.expiresAt} />
      </Fact>
      <Fact label={t('order.paidAt')}>{paidAt === null ? '—' : <Moment at={paidAt} />}</Fact>
      <Fact label={t('payments.id')}>
        <Copyable text={payment.id} what={t('payments.id')} />
      </Fact>
    </FactList>
  );
}

/** Stays away while nothing went back: most payments never see a refund. */
function RefundsOfPayment({ refunds }: { refunds: readonly RefundView[] }) {
  const { t } = useTranslation();
  const { label } = useLabels();
  if (refunds.length === 0) return null;
  return (
    <section>
      <h2>{t('order.refunds')}</h2>
      <ul className="money-list">
        {refunds.map((refund) => (
          <li key={refund.id}>
            <Link to={`/payments?tab=refunds&${REFUND_PARAM}=${refund.id}`} className="number">
              {formatFen(refund.amountFen)}
            </Link>
            <RefundStatusTag refund={refund} />
            <span>{label('refundCause', refund.cause)}</span>
            <span className="secondary">
              <Moment at={refund.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
