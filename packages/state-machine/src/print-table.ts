import type { TableEnds } from './check-table.ts';
import { allowedFacts, decide, type Decision, type TransitionTable } from './decide.ts';

/** A table as text, one row per state and one column per fact: `-> paid`, `repeated` or `refused`. */
export function printMatrix<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  facts: readonly NoInfer<F>[],
): string {
  const states = Object.keys(table) as S[];
  const rows = states.map((state) => [state, ...facts.map((fact) => outcomeOf(decide(table, state, fact)))]);
  return alignColumns([['', ...facts], ...rows]);
}

/** A table as the text of a mermaid `stateDiagram-v2`; each arrow reads `fact / effects`. */
export function mermaidDiagram<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  { initial, finals }: TableEnds<NoInfer<S>>,
): string {
  const states = Object.keys(table) as S[];
  const arrows = states.flatMap((from) => allowedFacts(table, from).map((fact) => arrow(table, from, fact)));
  return [
    'stateDiagram-v2',
    `  [*] --> ${initial}`,
    ...arrows.map((line) => `  ${line}`),
    ...finals.map((final) => `  ${final} --> [*]`),
  ].join('\n');
}

/** A decision in a few words, effects included: `-> cancelled / release_stock, open_refund`. */
export function describeDecision(decision: Decision<string, string>): string {
  const effects = decision.outcome === 'moved' ? decision.effects : [];
  return [outcomeOf(decision), effects.join(', ')].filter(Boolean).join(' / ');
}

function outcomeOf(decision: Decision<string, string>): string {
  return decision.outcome === 'moved' ? `-> ${decision.to}` : decision.outcome;
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function arrow<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  from: S,
  fact: F,
): string {
  const move = table[from][fact];
  const effects = (move?.then ?? []).join(', ');
  return `${from} --> ${move?.to}: ${[fact, effects].filter(Boolean).join(' / ')}`;
}
