import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { formatInstant } from '../format/beijing-time.ts';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { ChoicesFilter } from '../paging/choice-filter.tsx';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { RecordList } from '../paging/record-list.tsx';
import { SavedViews } from '../paging/saved-views.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { MONEY_SORTS } from './money-sorts.ts';
import { PAYMENT_PARAM } from './payment-drawer.tsx';
import {
  PAYMENT_FILTER_NAMES,
  PAYMENT_METHODS,
  PAYMENT_STATUSES,
  paymentListInput,
  readPaymentFilter,
} from './payment-filter.ts';
import { PaymentStatusTag } from './payment-status-tag.tsx';

// That one was opened is told by no event.
const LOOK_EVERY_MS = 15_000;

export function PaymentList() {
  const { t } = useTranslation();
  const address = useListAddress();
  const filter = readPaymentFilter(address.params);
  const input = paymentListInput(filter);
  const { cursor, limit } = address;
  const sort = useListSort(address, MONEY_SORTS, 'newest');
  const payments = useQuery(
    ordersApi.payment.list.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  const [, open] = useOpenRecord(PAYMENT_PARAM);
  const columns = usePaymentColumns(open);
  return (
    <>
      <SavedViews
        room="payments"
        address={address}
        names={PAYMENT_FILTER_NAMES}
        defaults={[
          { name: t('views.all'), query: '' },
          { name: t('payments.viewOpen'), query: 'status=init&status=processing' },
          { name: t('paymentStatus.succeeded'), query: 'status=succeeded' },
          { name: t('paymentStatus.failed'), query: 'status=failed' },
        ]}
      />
      <FilterBar address={address} names={PAYMENT_FILTER_NAMES}>
        <SearchFilter
          address={address}
          name="orderNumber"
          label={t('orders.orderNumber')}
          hint={t('payments.orderHint')}
        />
        <ChoicesFilter
          label={t('order.state')}
          testId="filter-status"
          value={filter.status}
          options={PAYMENT_STATUSES.map((value) => ({ value, label: t(`paymentStatus.${value}`) }))}
          onChange={(status) => address.filter({ status })}
        />
        <ChoicesFilter
          label={t('order.method')}
          testId="filter-method"
          value={filter.method}
          options={PAYMENT_METHODS.map((value) => ({ value, label: t(`paymentMethod.${value}`) }))}
          onChange={(method) => address.filter({ method })}
        />
        <DayRangeFilter address={address} label={t('payments.createdRange')} />
      </FilterBar>
      <RecordList<PaymentView>
        query={payments}
        address={address}
        label={t('payments.tabPayments')}
        columns={columns}
        sorting={sort.sorting}
        rowKey={({ id }) => id}
        testId={({ id }) => `payments-row-${id}`}
        onOpen={({ id }) => open(id)}
        empty={Object.keys(input).length > 0 ? t('payments.emptyFiltered') : t('payments.empty')}
      />
    </>
  );
}

function usePaymentColumns(open: (id: string) => void): RecordColumn<PaymentView>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'createdAt',
      title: t('order.openedAt'),
      render: ({ id, createdAt }) => (
        <Button
          type="link"
          className="cell-button number"
          aria-label={t('payments.open', { time: formatInstant(createdAt) })}
          onClick={() => open(id)}
        >
          {formatInstant(createdAt)}
        </Button>
      ),
    },
    { key: 'status', title: t('order.state'), render: ({ status }) => <PaymentStatusTag status={status} /> },
    {
      key: 'orderNumber',
      title: t('orders.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    {
      key: 'amount',
      title: t('order.amount'),
      align: 'right',
      render: ({ amountFen }) => <span className="number">{formatFen(amountFen)}</span>,
    },
    {
      key: 'method',
      title: t('order.method'),
      render: ({ method }) => <span className="nowrap">{t(`paymentMethod.${method}`)}</span>,
    },
    {
      key: 'transactionId',
      title: t('order.transactionId'),
      render: ({ transactionId }) => (
        <span className="code clipped" title={transactionId ?? undefined}>
          {transactionId ?? '—'}
        </span>
      ),
    },
    {
      key: 'paidAt',
      title: t('order.paidAt'),
      render: ({ paidAt }) => (paidAt === null ? '—' : <Moment at={paidAt} />),
    },
  ];
}
