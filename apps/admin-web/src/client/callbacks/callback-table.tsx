import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CallbackItem } from '@orderbridge/contracts/orders-api';
import { formatInstant } from '../format/beijing-time.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { OrderLink } from '../layout/order-link.tsx';
import { type RecordColumn, type RecordSelection, RecordTable } from '../layout/record-table.tsx';
import type { RecordSorting } from '../paging/list-sort.ts';
import { OutcomeTag } from './outcome-tag.tsx';
import { useOpenCallback } from './use-open-callback.ts';

type CallbackTableProps = {
  callbacks: readonly CallbackItem[];
  empty: string;
  /** Beside an order: without its number, and details in full rather than in one line. */
  compact?: boolean;
  selection?: RecordSelection<CallbackItem>;
  sorting?: RecordSorting;
  loading?: boolean;
};

export function CallbackTable({
  callbacks,
  empty,
  compact = false,
  selection,
  sorting,
  loading = false,
}: CallbackTableProps) {
  const { t } = useTranslation();
  const { provider, news } = useLabels();
  const staffText = useStaffText();
  const openCallback = useOpenCallback();
  const columns: RecordColumn<CallbackItem>[] = [
    {
      key: 'receivedAt',
      title: t('callbacks.receivedAt'),
      render: ({ id, receivedAt }) => (
        <Button
          type="link"
          className="cell-button number"
          aria-label={t('callbacks.open', { time: formatInstant(receivedAt) })}
          onClick={() => openCallback(id)}
        >
          {formatInstant(receivedAt)}
        </Button>
      ),
    },
    { key: 'outcome', title: t('callbacks.outcome'), render: ({ outcome }) => <OutcomeTag outcome={outcome} /> },
    ...(compact ? [] : [orderColumn(t('callbacks.orderNumber'))]),
    {
      key: 'provider',
      title: t('callbacks.provider'),
      render: (callback) => <span className="nowrap">{provider(callback.provider)}</span>,
    },
    {
      key: 'method',
      title: t('callbacks.method'),
      render: (callback) => (
        <span className="nowrap" title={callback.method ?? undefined}>
          {news(callback)}
        </span>
      ),
    },
    {
      key: 'detail',
      title: t('callbacks.detail'),
      render: ({ detail, detailEn }) => {
        const words = staffText(detail, detailEn);
        return (
          <span className={compact ? undefined : 'clipped long'} title={words ?? undefined}>
            {words ?? '—'}
          </span>
        );
      },
    },
    ...(compact ? [] : [sourceColumn(t('callbacks.source'))]),
  ];
  return (
    <RecordTable<CallbackItem>
      label={t('callbacks.title')}
      columns={columns}
      records={callbacks}
      rowKey={({ id }) => id}
      testId={({ id }) => `callback-row-${id}`}
      {...(selection && { selection })}
      sorting={sorting}
      onOpen={({ id }) => openCallback(id)}
      loading={loading}
      empty={empty}
    />
  );
}

const sourceColumn = (title: string): RecordColumn<CallbackItem> => ({
  key: 'source',
  title,
  render: ({ source }) => <span className="number">{source}</span>,
});

const orderColumn = (title: string): RecordColumn<CallbackItem> => ({
  key: 'orderNumber',
  title,
  render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
});
