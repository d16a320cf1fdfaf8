import { Alert, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CallbackItem } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { OrderLink } from '../layout/order-link.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { OutcomeTag } from './outcome-tag.tsx';

type ReplayResult = {
  id: string;
  orderNumber: string | null;
  outcome: CallbackItem['outcome'] | null;
  detail: string | null;
  detailEn: string | null;
};

/** What became of each callback of a batch. */
export function ReplayResults({ results }: { results: readonly ReplayResult[] }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const failed = results.filter(({ outcome }) => outcome === null).length;
  const columns: RecordColumn<ReplayResult>[] = [
    {
      key: 'orderNumber',
      title: t('callbacks.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    {
      key: 'outcome',
      title: t('callbacks.outcome'),
      render: ({ outcome }) =>
        outcome === null ? <Tag color="red">{t('callbackBulk.notRun')}</Tag> : <OutcomeTag outcome={outcome} />,
    },
    {
      key: 'detail',
      title: t('callbacks.detail'),
      render: ({ detail, detailEn }) => staffText(detail, detailEn) ?? '—',
    },
  ];
  return (
    <div className="replay-results" data-testid="bulk-replay-results">
      <Alert
        type={failed === 0 ? 'success' : 'warning'}
        showIcon
        role="status"
        title={t('callbackBulk.finished', { replayed: results.length - failed, failed })}
      />
      <div className="replay-result-list" tabIndex={0} role="region" aria-label={t('callbackBulk.results')}>
        <RecordTable<ReplayResult>
          label={t('callbackBulk.results')}
          columns={columns}
          // What wants a look comes first.
          records={results.toSorted((a, b) => Number(a.outcome !== null) - Number(b.outcome !== null))}
          rowKey={({ id }) => id}
          testId={({ id }) => `replay-result-${id}`}
          empty={t('common.none')}
        />
      </div>
    </div>
  );
}
