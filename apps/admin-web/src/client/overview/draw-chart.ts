import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export type ChartSeries = {
  label: string;
  /** A variable of the theme, such as `--ant-color-primary`. */
  color: string;
  /** Null where there is nothing to say yet. */
  values: readonly (number | null)[];
  shape: 'bars' | 'line';
  /** Lines with a unit of their own are measured at the right. */
  side: 'left' | 'right';
  format: (value: number) => string;
  /** Short enough for an axis. */
  formatTick: (value: number) => string;
};

export type Chart = {
  /** What stands below the axis, one for each value. */
  slots: readonly string[];
  series: readonly ChartSeries[];
  /** Bars stand on top of each other, the first one lowest. */
  stacked: boolean;
};

const HEIGHT = 190;

/** Draws a chart that fits its element, in the colours of the theme as it is now. Answers how to take it away. */
export function drawChart(element: HTMLElement, chart: Chart, onPoint: (index: number | null) => void): () => void {
  const plot = new uPlot(optionsOf(element, chart, onPoint), dataOf(chart), element);
  const watching = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
  watching.observe(element);
  return () => {
    watching.disconnect();
    plot.destroy();
  };
}

/** Bars of a stack are drawn from the ground, the highest first, so that each covers the lower part of the one before. */
function dataOf({ series, stacked }: Chart): uPlot.AlignedData {
  const places = (series[0]?.values ?? []).map((_, index) => index);
  const values = stacked
    ? series
        .map((_, top) =>
          places.map((index) => series.slice(0, top + 1).reduce((sum, one) => sum + (one.values[index] ?? 0), 0)),
        )
        .toReversed()
    : series.map((one) => [...one.values]);
  return [places, ...values];
}

function optionsOf(
  element: HTMLElement,
  { slots, series, stacked }: Chart,
  onPoint: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const drawn = stacked ? series.toReversed() : series;
  const axis = {
    stroke: color('--ant-color-text-secondary'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: color('--ant-color-border-secondary'), width: 1 },
    ticks: { show: false },
  };
  const measured = (side: ChartSeries['side']): uPlot.Axis[] => {
    const first = series.find((one) => one.side === side);
    if (!first) return [];
    const made: uPlot.Axis = {
      ...axis,
      scale: side,
      size: side === 'left' ? 38 : 54,
      gap: 4,
      space: 34,
      incrs: WHOLE_STEPS,
      grid: { ...axis.grid, show: side === 'left' },
      values: (_, ticks) => ticks.map(first.formatTick),
    };
    return [Object.assign(made, { side: SIDES[side] })];
  };
  const fromZero = (least: number): uPlot.Scale => ({ range: (_, __, max) => [0, Math.max(max * 1.08, least)] });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, series.some(({ side }) => side === 'right') ? 0 : 10, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [-0.6, slots.length - 0.4] },
      left: fromZero(4),
      right: fromZero(40_000),
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        gap: 4,
        space: 46,
        incrs: [1, 2, 3, 4, 6, 10, 12, 15, 20, 30],
        values: (_, ticks) => ticks.map((tick) => slots[tick] ?? ''),
      },
      ...measured('left'),
      ...measured('right'),
    ],
    series: [
      {},
      ...drawn.map(({ color: name, shape, side }): uPlot.Series => {
        const stroke = color(name);
        if (shape === 'line')
          return { scale: side, stroke, width: 2, points: { show: true, size: 5, fill: stroke, stroke } };
        return {
          scale: side,
          fill: stroke,
          width: 0,
          points: { show: false },
          paths: uPlot.paths.bars!({ size: [0.68, 26], radius: stacked ? 0 : 0.15 }),
        };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

/** Nobody places half an order. */
const WHOLE_STEPS = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** As uPlot counts them, from the top and clockwise. */
const SIDES = { right: 1, left: 3 } as const satisfies Record<ChartSeries['side'], number>;
