import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { Box } from '../layout/box.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';

type Line = OrderView['lines'][number];

export function OrderLines({ lines }: { lines: readonly Line[] }) {
  const { t } = useTranslation();
  const columns: RecordColumn<Line>[] = [
    {
      key: 'product',
      title: t('order.productName'),
      render: (line) => (
        <span className="product">
          {line.productName}
          <span className="code secondary">{line.productCode}</span>
        </span>
      ),
    },
    { key: 'source', title: t('order.source'), render: (line) => <span>{t(`productSource.${line.source}`)}</span> },
    { key: 'unitPrice', title: t('order.unitPrice'), align: 'right', render: (line) => formatFen(line.unitPriceFen) },
    { key: 'quantity', title: t('order.quantity'), align: 'right', render: (line) => line.quantity },
    { key: 'total', title: t('order.lineTotal'), align: 'right', render: (line) => formatFen(line.totalFen) },
    { key: 'received', title: t('order.received'), align: 'right', render: (line) => line.receivedQty },
    { key: 'returned', title: t('order.returned'), align: 'right', render: (line) => <Count of={line.returnedQty} /> },
    { key: 'rejected', title: t('order.rejected'), align: 'right', render: (line) => <Count of={line.rejectedQty} /> },
  ];
  return (
    <Box title={t('order.lines')} testId="order-lines">
      <RecordTable<Line>
        label={t('order.lines')}
        columns={columns}
        records={lines}
        rowKey={(line) => line.productCode}
        testId={(line) => `order-line-${line.productCode}`}
        empty={t('common.none')}
      />
    </Box>
  );
}

/** A quantity that went wrong stands out, zero does not. */
const Count = ({ of }: { of: number }) => <span className={of > 0 ? 'danger' : undefined}>{of}</span>;
