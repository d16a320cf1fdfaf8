export type Spread = { readonly median: number; readonly min: number; readonly max: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The smallest value that so large a share of them, from 0 to 1, does not exceed. */
export const percentileOf = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;

/** What one side did in one round. */
export type SideResult = {
  readonly perSecond: number;
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Processor time per unit of work in microseconds, by process. */
  readonly cpuUs?: Readonly<Record<string, number>>;
  /** Cores that were busy with something else meanwhile. */
  readonly foreignCores?: number;
  /** Events that the relay had not told when the last answer was there, and how long it then took. */
  readonly outbox?: { readonly backlog: number; readonly drainMs: number };
};

/** Results of the rounds in order, by side. */
export type Rounds = ReadonlyMap<string, readonly SideResult[]>;

/** Ratio of two sides within each round, so that what disturbs a whole round cancels out. */
export function ratios(rounds: Rounds, over: string, under: string): number[] {
  const below = rounds.get(under) ?? [];
  return (rounds.get(over) ?? []).flatMap(({ perSecond }, round) =>
    below[round] ? [perSecond / below[round].perSecond] : [],
  );
}

/** The figures of each side over all rounds, as they go into latest.json. */
export function summarise(results: readonly SideResult[]) {
  const latencies = results.flatMap(({ latencyMs }) => latencyMs ?? []);
  const outboxes = results.flatMap(({ outbox }) => outbox ?? []);
  const cpus = results.flatMap(({ cpuUs }) => (cpuUs ? [cpuUs] : []));
  const foreign = results.flatMap(({ foreignCores }) => foreignCores ?? []);
  const names = Object.keys(cpus[0] ?? {}).filter((name) => cpus.some((cpu) => (cpu[name] ?? 0) >= 1));
  return {
    perSecond: {
      ...rounded(spreadOf(results.map(({ perSecond }) => perSecond)), 0),
      rounds: results.map(({ perSecond }) => Math.round(perSecond)),
    },
    ...(latencies.length > 0
      ? {
          latencyMs: {
            p50: round(spreadOf(latencies.map(({ p50 }) => p50)).median, 2),
            p99: round(spreadOf(latencies.map(({ p99 }) => p99)).median, 2),
            max: round(Math.max(...latencies.map(({ max }) => max)), 1),
          },
        }
      : {}),
    ...(names.length > 0
      ? {
          cpuUs: Object.fromEntries(
            names.map((name) => [name, Math.round(spreadOf(cpus.map((cpu) => cpu[name] ?? 0)).median)]),
          ),
        }
      : {}),
    ...(foreign.length > 0 ? { foreignCores: rounded(spreadOf(foreign), 2) } : {}),
    ...(outboxes.length > 0
      ? {
          outbox: {
            backlogMax: Math.max(...outboxes.map(({ backlog }) => backlog)),
            drainMsMax: Math.round(Math.max(...outboxes.map(({ drainMs }) => drainMs))),
          },
        }
      : {}),
  };
}

export const rounded = (spread: Spread, digits: number): Spread => ({
  median: round(spread.median, digits),
  min: round(spread.min, digits),
  max: round(spread.max, digits),
});

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** Lines of a table whose first column is text and whose others are numbers. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
