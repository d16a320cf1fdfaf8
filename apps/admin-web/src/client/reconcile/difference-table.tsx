import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Difference } from '@orderbridge/contracts/integrations-api';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { OrderLink } from '../layout/order-link.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { RepairDifference } from './repair-difference.tsx';
import { useDifferenceSides } from './use-difference-sides.ts';

type DifferenceTableProps = { differences: readonly Difference[]; onRepaired: () => void };

/** What each of the three says of an order, side by side, and the one way to settle it. */
export function DifferenceTable({ differences, onRepaired }: DifferenceTableProps) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const sidesOf = useDifferenceSides();
  const columns: RecordColumn<Difference>[] = [
    {
      key: 'orderNumber',
      title: t('orders.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    {
      key: 'kind',
      title: t('reconcile.kind'),
      render: ({ kind }) => <Tag color="volcano">{t(`differenceKind.${kind}`)}</Tag>,
    },
    ...(['local', 'ylh', 'payment'] as const).map((side) => ({
      key: side,
      title: t(`reconcile.${side}`),
      render: (difference: Difference) => sidesOf(difference)[side],
    })),
    {
      key: 'detail',
      title: t('reconcile.detail'),
      render: ({ detail, detailEn }) => <span className="difference-detail">{staffText(detail, detailEn)}</span>,
    },
    {
      key: 'repair',
      title: t('reconcile.repair'),
      render: (difference) => <RepairDifference difference={difference} onDone={onRepaired} />,
    },
  ];
  return (
    <RecordTable<Difference>
      label={t('reconcile.title')}
      columns={columns}
      records={differences}
      rowKey={({ orderNumber, kind }) => `${orderNumber}-${kind}`}
      testId={({ orderNumber, kind }) => `difference-row-${orderNumber}-${kind}`}
      empty={t('reconcile.none')}
    />
  );
}
