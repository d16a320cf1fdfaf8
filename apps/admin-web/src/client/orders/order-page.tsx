import ArrowLeftOutlined from '@ant-design/icons/es/icons/ArrowLeftOutlined';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { readProblem } from '../api/api-problem.ts';
import { ordersApi } from '../api/orders-api.ts';
import { CallbackDrawer } from '../callbacks/callback-drawer.tsx';
import { CopyButton } from '../layout/copy-button.tsx';
import { PageNotice } from '../layout/page-notice.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { GovernmentEvidence } from './government-evidence.tsx';
import { HaierStatusTag } from './haier-status-tag.tsx';
import { InvoiceDialog } from './invoice-dialog.tsx';
import { OpenPaymentDialog } from './open-payment-dialog.tsx';
import { type OrderAct, OrderActions } from './order-actions.tsx';
import { OrderCallbacks } from './order-callbacks.tsx';
import { OrderComparison } from './order-comparison.tsx';
import { AddressBox, BasicsBox, HaierBox } from './order-facts.tsx';
import { OrderExceptions } from './order-exceptions.tsx';
import { OrderJobs } from './order-jobs.tsx';
import { OrderLines } from './order-lines.tsx';
import { OrderLogistics } from './order-logistics.tsx';
import { OrderPayments, OrderRefunds } from './order-payments.tsx';
import { OrderStatusTag } from './order-status-tag.tsx';
import { OrderTimeline } from './order-timeline.tsx';
import { OrderVerbDialog } from './order-verb-dialog.tsx';
import { PushDialog } from './push-dialog.tsx';
import './order-page.css';

export default function OrderPage() {
  const { t } = useTranslation();
  const { orderNumber = '' } = useParams();
  const order = useQuery(ordersApi.order.get.queryOptions({ orderNumber }));
  usePageTitle(t('order.title', { number: orderNumber }));

  return (
    <div data-testid="order-page">
      <Link to="/orders" className="back-link">
        <ArrowLeftOutlined aria-hidden /> {t('order.back')}
      </Link>
      {order.data === undefined && order.error && readProblem(order.error).code === 'NOT_FOUND' ? (
        <PageNotice title={t('error.NOT_FOUND')} text={t('order.notFound', { number: orderNumber })}>
          <Link to="/orders">{t('notFound.back')}</Link>
        </PageNotice>
      ) : (
        <QueryView query={order}>{(view) => <OrderSheet order={view} />}</QueryView>
      )}
      <CallbackDrawer />
    </div>
  );
}

function OrderSheet({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const [act, setAct] = useState<OrderAct>();
  const close = () => setAct(undefined);
  return (
    <>
      <header className="order-head">
        <h1>
          <span className="number">{order.orderNumber}</span>
          <CopyButton text={order.orderNumber} what={t('orders.orderNumber')} />
        </h1>
        <span className="tags">
          <OrderStatusTag order={order} />
          <HaierStatusTag order={order} />
        </span>
        <strong className="number order-sum">{formatFen(order.payableFen)}</strong>
      </header>
      <OrderActions order={order} onAct={setAct} />
      <OrderExceptions order={order} />
      <div className="order-grid">
        <div className="order-main">
          <div className="order-facts">
            <BasicsBox order={order} />
            <AddressBox order={order} onAct={setAct} />
          </div>
          <OrderLines lines={order.lines} />
          <OrderPayments payments={order.payments} />
          <OrderRefunds refunds={order.refunds} />
          <OrderComparison order={order} />
          <OrderJobs order={order} />
          <OrderCallbacks orderNumber={order.orderNumber} />
        </div>
        <div className="order-side">
          <HaierBox order={order} />
          <OrderLogistics order={order} onAct={setAct} />
          <GovernmentEvidence order={order} onAct={setAct} />
          <OrderTimeline order={order} />
        </div>
      </div>
      {act === 'openPayment' && <OpenPaymentDialog order={order} onClose={close} />}
      {act === 'push' && <PushDialog order={order} onClose={close} />}
      {act === 'recordInvoice' && <InvoiceDialog order={order} onClose={close} />}
      {act !== undefined && act !== 'openPayment' && act !== 'push' && act !== 'recordInvoice' && (
        <OrderVerbDialog key={act} order={order} verb={act} onClose={close} />
      )}
    </>
  );
}
