import ArrowLeftOutlined from '@ant-design/icons/es/icons/ArrowLeftOutlined';
import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { readProblem } from '../api/api-problem.ts';
import { ordersApi } from '../api/orders-api.ts';
import { CallbackDrawer } from '../callbacks/callback-drawer.tsx';
import { formatFen } from '../format/money.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { CopyButton } from '../layout/copy-button.tsx';
import { Moment } from '../layout/moment.tsx';
import { PageNotice } from '../layout/page-notice.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { HaierStatusTag } from './haier-status-tag.tsx';
import { OrderActions } from './order-actions.tsx';
import { OrderCallbacks } from './order-callbacks.tsx';
import { AddressBox, BasicsBox, HaierBox } from './order-facts.tsx';
import { OrderLines } from './order-lines.tsx';
import { OrderPayments, OrderRefunds } from './order-payments.tsx';
import { OrderStatusTag } from './order-status-tag.tsx';
import { OrderTimeline } from './order-timeline.tsx';

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
      <OrderActions order={order} />
      <ExceptionNotices exceptions={order.exceptions} />
      <div className="order-grid">
        <div className="order-main">
          <div className="order-facts">
            <BasicsBox order={order} />
            <AddressBox address={order.address} />
          </div>
          <OrderLines lines={order.lines} />
          <OrderPayments payments={order.payments} />
          <OrderRefunds refunds={order.refunds} />
          <OrderCallbacks orderNumber={order.orderNumber} />
        </div>
        <div className="order-side">
          <HaierBox order={order} />
          <OrderTimeline order={order} />
        </div>
      </div>
    </>
  );
}

/** What staff must decide about stands above everything else, settled cases below it. */
function ExceptionNotices({ exceptions }: { exceptions: OrderView['exceptions'] }) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const staffText = useStaffText();
  if (exceptions.length === 0) return null;
  return (
    <section className="exceptions" aria-label={t('order.exceptions')} data-testid="order-exceptions">
      {exceptions
        .toSorted((a, b) => Number(a.status === 'resolved') - Number(b.status === 'resolved'))
        .map(({ id, kind, detail, detailEn, status, createdAt }) => (
          <Alert
            key={id}
            showIcon
            type={status === 'open' ? 'warning' : 'success'}
            title={
              <>
                <span className="exception-what">
                  {label('exceptionKind', kind)} ·{' '}
                  {status === 'open' ? t('order.exceptionOpen') : t('order.exceptionResolved')}
                </span>
                <span>{staffText(detail, detailEn)}</span>{' '}
                <span className="secondary">
                  <Moment at={createdAt} />
                </span>
              </>
            }
          />
        ))}
    </section>
  );
}
