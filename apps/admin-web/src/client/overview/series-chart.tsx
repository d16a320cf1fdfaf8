import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useThemeMode } from '../theme/theme-mode.ts';
import { type Chart, type ChartSeries, drawChart } from './draw-chart.ts';

type SeriesChartProps = {
  label: string;
  /** What stands below the axis, one for each value. */
  slots: readonly string[];
  series: readonly ChartSeries[];
  /** Bars stand on top of each other, the first one lowest. */
  stacked?: boolean;
  testId: string;
};

/** Values over time: a picture, a line of words for what the pointer is on, and all of it as a table. */
export function SeriesChart({ label, slots, series, stacked = false, testId }: SeriesChartProps) {
  const { t } = useTranslation();
  const mode = useThemeMode();
  const [pointed, setPointed] = useState<number | null>(null);
  const captionId = useId();
  const total = (values: ChartSeries['values']) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return (
    <figure className="chart" data-testid={testId} aria-labelledby={captionId}>
      <figcaption id={captionId} className="visually-hidden">
        {label}
      </figcaption>
      <div className="chart-legend" aria-hidden="true">
        <span className="chart-slot number">{pointed === null ? t('overview.inAll') : slots[pointed]}</span>
        {series.map(({ label: name, color, values, format }) => (
          <span key={name} className="chart-key">
            <i style={{ background: `var(${color})` }} />
            {name} <b className="number">{format(pointed === null ? total(values) : (values[pointed] ?? 0))}</b>
          </span>
        ))}
      </div>
      <Picture key={mode} slots={slots} series={series} stacked={stacked} onPoint={setPointed} />
      <details className="chart-table">
        <summary>{t('overview.asTable')}</summary>
        <div>
          <table>
            <caption className="visually-hidden">{label}</caption>
            <thead>
              <tr>
                <th scope="col">{t('overview.time')}</th>
                {series.map(({ label: name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {slots.map((slot, index) => (
                <tr key={slot}>
                  <th scope="row" className="number">
                    {slot}
                  </th>
                  {series.map(({ label: name, values, format }) => (
                    <td key={name} className="number">
                      {format(values[index] ?? 0)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** Made anew with the theme, whose colours it is drawn in. */
function Picture({ slots, series, stacked, onPoint }: Chart & { onPoint: (index: number | null) => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => drawChart(place.current!, { slots, series, stacked }, onPoint), [slots, series, stacked, onPoint]);
  return <div ref={place} className="chart-picture" aria-hidden="true" />;
}
