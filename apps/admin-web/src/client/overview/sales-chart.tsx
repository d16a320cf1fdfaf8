import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import { SeriesChart } from './series-chart.tsx';

type SalesChartProps = {
  label: string;
  slots: readonly string[];
  /** May end before the slots do: the rest is still to come. */
  sales: readonly { orders: number; takenFen: number }[];
  testId: string;
};

/** Orders as bars, the money that came as a line. */
export function SalesChart({ label, slots, sales, testId }: SalesChartProps) {
  const { t, i18n } = useTranslation();
  const short = new Intl.NumberFormat(i18n.language, {
    notation: 'compact',
    maximumFractionDigits: 1,
    useGrouping: 'always',
  });
  return (
    <SeriesChart
      label={label}
      slots={slots}
      testId={testId}
      series={[
        {
          label: t('overview.ordersPlaced'),
          color: '--ant-color-primary',
          values: slots.map((_, index) => sales[index]?.orders ?? null),
          shape: 'bars',
          side: 'left',
          format: String,
          formatTick: String,
        },
        {
          label: t('overview.moneyTaken'),
          color: '--ant-orange-6',
          values: slots.map((_, index) => sales[index]?.takenFen ?? null),
          shape: 'line',
          side: 'right',
          format: formatFen,
          formatTick: (fen) => `¥${short.format(fen / 100)}`,
        },
      ]}
    />
  );
}
