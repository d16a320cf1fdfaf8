import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { RefundView } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { formatInstant } from '../format/beijing-time.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { ChoiceFilter, ChoicesFilter } from '../paging/choice-filter.tsx';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { RecordList } from '../paging/record-list.tsx';
import { SavedViews } from '../paging/saved-views.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { DecideRefund } from './decide-refund.tsx';
import { MONEY_SORTS } from './money-sorts.ts';
import { RefundApproval } from './refund-approval.tsx';
import { REFUND_PARAM } from './refund-drawer.tsx';
import { readRefundFilter, REFUND_FILTER_NAMES, REFUND_STATUSES, refundListInput } from './refund-filter.ts';
import { RefundStatusTag } from './refund-status-tag.tsx';
import { RetryRefund } from './retry-refund.tsx';

// Attempts to pay out are told by no event.
const LOOK_EVERY_MS = 5_000;

export function RefundList() {
  const { t } = useTranslation();
  const address = useListAddress();
  const filter = readRefundFilter(address.params);
  const input = refundListInput(filter);
  const { cursor, limit } = address;
  const sort = useListSort(address, MONEY_SORTS, 'newest');
  const refunds = useQuery(
    ordersApi.refund.list.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  const [, open] = useOpenRecord(REFUND_PARAM);
  const columns = useRefundColumns(open);
  return (
    <>
      <SavedViews
        room="refunds"
        address={address}
        names={REFUND_FILTER_NAMES}
        defaults={[
          { name: t('views.all'), query: '' },
          { name: t('payments.viewUnderWay'), query: 'status=pending&status=processing' },
          { name: t('refundStatus.failed'), query: 'status=failed' },
          { name: t('order.refundToApprove'), query: 'approval=awaited' },
        ]}
      />
      <FilterBar address={address} names={REFUND_FILTER_NAMES}>
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
          options={REFUND_STATUSES.map((value) => ({ value, label: t(`refundStatus.${value}`) }))}
          onChange={(status) => address.filter({ status })}
        />
        <ChoiceFilter
          label={t('payments.approval')}
          testId="filter-approval"
          value={filter.toApprove ? 'awaited' : undefined}
          options={[{ value: 'awaited', label: t('order.refundToApprove') }]}
          onChange={(approval) => address.filter({ approval })}
        />
        <DayRangeFilter address={address} label={t('payments.createdRange')} />
      </FilterBar>
      <RecordList<RefundView>
        query={refunds}
        address={address}
        label={t('payments.tabRefunds')}
        columns={columns}
        sorting={sort.sorting}
        rowKey={({ id }) => id}
        testId={({ id }) => `refunds-row-${id}`}
        onOpen={({ id }) => open(id)}
        empty={Object.keys(input).length > 0 ? t('payments.emptyRefundsFiltered') : t('payments.emptyRefunds')}
      />
    </>
  );
}

function useRefundColumns(open: (id: string) => void): RecordColumn<RefundView>[] {
  const { t } = useTranslation();
  const { label } = useLabels();
  const staffText = useStaffText();
  return [
    {
      key: 'createdAt',
      title: t('order.openedAt'),
      render: ({ id, createdAt }) => (
        <Button
          type="link"
          className="cell-button number"
          aria-label={t('payments.openRefund', { time: formatInstant(createdAt) })}
          onClick={() => open(id)}
        >
          {formatInstant(createdAt)}
        </Button>
      ),
    },
    {
      key: 'status',
      title: t('order.state'),
      render: (refund) => <RefundStatusTag refund={refund} />,
    },
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
      key: 'cause',
      title: t('order.cause'),
      render: ({ cause, reason, reasonEn }) => (
        <div className="two-lines">
          <span>{label('refundCause', cause)}</span>
          <span className="secondary">{staffText(reason, reasonEn)}</span>
        </div>
      ),
    },
    { key: 'attempts', title: t('payments.attempts'), render: (refund) => <Attempts refund={refund} /> },
    { key: 'act', title: t('payments.act'), render: (refund) => <Act refund={refund} /> },
  ];
}

function Act({ refund }: { refund: RefundView }) {
  return (
    <div className="row-acts">
      <DecideRefund refund={refund} small />
      {!refund.approval?.awaited && <RetryRefund refund={refund} small />}
    </div>
  );
}

/** Who has to approve it, how often it was sent, what went wrong last, and when it is sent again. */
function Attempts({ refund }: { refund: RefundView }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { attempts, lastError, lastErrorEn, nextAttemptAt } = refund;
  return (
    <div className="two-lines">
      <RefundApproval refund={refund} />
      <span>
        {t('payments.attemptCount', { count: attempts })}
        {nextAttemptAt !== null && (
          <span className="secondary">
            {' · '}
            {t('payments.nextAttempt')} <Moment at={nextAttemptAt} />
          </span>
        )}
      </span>
      {lastError !== null && <span className="danger">{staffText(lastError, lastErrorEn)}</span>}
    </div>
  );
}
