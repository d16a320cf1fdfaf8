/** Where a fact leads, and the named effects its writer must carry out in the same transaction. */
export type Move<S, E> = { readonly to: S; readonly then?: readonly E[] };

/** A machine as data: for every state, the facts that may happen there (design.md §4). */
export type TransitionTable<S extends string, F extends string, E extends string> = {
  readonly [From in S]: { readonly [Fact in F]?: Move<S, E> };
};

/** What a fact means for a state: it moves it, says again what is already so, or cannot apply. */
export type Decision<S, E> =
  | { readonly outcome: 'moved'; readonly from: S; readonly to: S; readonly effects: readonly E[] }
  | { readonly outcome: 'repeated'; readonly at: S }
  | { readonly outcome: 'refused'; readonly at: S };

/**
 * Says what follows from a fact and does nothing (design.md §4).
 * Never throws: a fact that cannot apply is news to record, not an accident.
 */
export function decide<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  state: NoInfer<S>,
  fact: NoInfer<F>,
): Decision<S, E> {
  const move = moveFrom(table, state, fact);
  if (move) return { outcome: 'moved', from: state, to: move.to, effects: move.then ?? [] };
  return { outcome: leadsHere(table, state, fact) ? 'repeated' : 'refused', at: state };
}

/** The facts that move this state, in the order of the table; what a page may offer (style.md habit 10). */
export function allowedFacts<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  state: NoInfer<S>,
): F[] {
  return Object.hasOwn(table, state) ? (Object.keys(table[state]) as F[]) : [];
}

function moveFrom<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  state: S,
  fact: F,
): Move<S, E> | undefined {
  // Own keys only: a stored word such as "constructor" must not find what every object inherits.
  if (!Object.hasOwn(table, state) || !Object.hasOwn(table[state], fact)) return undefined;
  return table[state][fact];
}

function leadsHere<S extends string, F extends string, E extends string>(
  table: TransitionTable<S, F, E>,
  state: S,
  fact: F,
): boolean {
  return (Object.keys(table) as S[]).some((from) => moveFrom(table, from, fact)?.to === state);
}
