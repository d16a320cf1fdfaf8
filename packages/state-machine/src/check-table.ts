import { allowedFacts, type TransitionTable } from './decide.ts';

/** Where a machine starts and where it may end. */
export type TableEnds<S> = { readonly initial: S; readonly finals: readonly S[] };

/**
 * Walks a table as a graph and names what is wrong with it; an empty list means sound
 * (style.md habit 9). For tests only: a table that ships has passed.
 */
export function checkTable<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  { initial, finals }: TableEnds<NoInfer<S>>,
): string[] {
  const states = Object.keys(table) as S[];
  return [
    ...unknownEnds(states, initial, finals),
    ...states.flatMap((state) => unknownTargets(table, state)),
    ...unreachable(table, states, initial),
    ...states.flatMap((state) => wrongExits(table, state, finals)),
  ];
}

function unknownEnds(states: readonly string[], initial: string, finals: readonly string[]): string[] {
  return [
    ...(states.includes(initial) ? [] : [`initial state ${initial} is not in the table`]),
    ...finals.filter((final) => !states.includes(final)).map((final) => `final state ${final} is not in the table`),
  ];
}

function unknownTargets<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  state: S,
): string[] {
  return allowedFacts(table, state)
    .map((fact) => ({ fact, to: table[state][fact]?.to }))
    .filter(({ to }) => to === undefined || !Object.hasOwn(table, to))
    .map(({ fact, to }) => `${state} + ${fact} leads to ${to}, which is not in the table`);
}

function unreachable<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  states: readonly S[],
  initial: S,
): string[] {
  const reached = new Set<S>([initial]);
  // A set hands out what is added while it is being walked.
  for (const state of reached) for (const to of targets(table, state)) reached.add(to);
  return states.filter((state) => !reached.has(state)).map((state) => `${state} cannot be reached from ${initial}`);
}

function wrongExits<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  state: S,
  finals: readonly S[],
): string[] {
  const exits = allowedFacts(table, state);
  if (finals.includes(state)) return exits.map((fact) => `${state} is final but ${fact} leaves it`);
  return exits.length > 0 ? [] : [`${state} is not final but nothing leaves it`];
}

function targets<S extends string, F extends string, E extends string>(table: TransitionTable<S, F, E>, state: S): S[] {
  return allowedFacts(table, state).flatMap((fact) => table[state][fact]?.to ?? []);
}
