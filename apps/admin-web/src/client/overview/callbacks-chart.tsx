import { useTranslation } from 'react-i18next';
import type { CallbackMinute } from '@orderbridge/contracts/overview-api';
import { formatInstant } from '../format/beijing-time.ts';
import type { ChartSeries } from './draw-chart.ts';
import { SeriesChart } from './series-chart.tsx';

const COLORS = {
  applied: '--ant-green-6',
  repeated: '--ant-blue-6',
  other: '--ant-gold-6',
  refused: '--ant-red-6',
} as const satisfies Record<Exclude<keyof CallbackMinute, 'at'>, string>;

/** What became of the callbacks of each minute. */
export function CallbacksChart({ minutes }: { minutes: readonly CallbackMinute[] }) {
  const { t } = useTranslation();
  const groups = Object.keys(COLORS) as (keyof typeof COLORS)[];
  return (
    <SeriesChart
      label={t('overview.callbacksPerMinute')}
      slots={minutes.map(({ at }) => formatInstant(at).slice(11, 16))}
      stacked
      testId="overview-callbacks-chart"
      series={groups.map((group): ChartSeries => ({
        label: t(`callbackGroup.${group}`),
        color: COLORS[group],
        values: minutes.map((minute) => minute[group]),
        shape: 'bars',
        side: 'left',
        format: String,
        formatTick: String,
      }))}
    />
  );
}
