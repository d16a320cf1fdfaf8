import type { CallOptions } from '../suppliers/suppliers.ts';
import type { Clock } from './clock.ts';

/** Keeps calls to one platform below its limit (R34). */
export type RateBudget = {
  /** Waits until a call may be made; false when the signal aborted before that, and then none may be. */
  readonly turn: (options: CallOptions) => Promise<boolean>;
  readonly use: () => BudgetUse;
};

/** How much of a budget went in the last second, and how many calls wait for their turn. */
export type BudgetUse = { readonly perSecond: number; readonly used: number; readonly waiting: number };

/**
 * At most `perSecond` calls in every window of one second, wherever it begins (P21), and a little more: what leaves here
 * within the limit arrives within it too, although some calls travel up to 60 ms longer than others. Within that they go
 * in small groups, a twentieth of the budget each, somewhat faster than the budget asks for, so that a timer which is
 * late costs nothing of it. People go first; of eight calls one is left for bulk work, which so gets on however much
 * they ask.
 */
export function openRateBudget({ perSecond, clock }: { perSecond: number; clock: Clock }): RateBudget {
  const groupSize = Math.max(1, Math.floor(perSecond / GROUPS_PER_SECOND));
  const groupMs = (WINDOW_MS * groupSize * HASTE) / perSecond;
  /** When the last calls went, the oldest first; never more than the budget. */
  const gone: number[] = [];
  const waiting = { manual: new Set<() => void>(), bulk: new Set<() => void>() };
  let manualInARow = 0;
  let isServing = false;

  const mustWaitMs = () => {
    const ofBudget = gone.length < perSecond ? 0 : gone[0]! + WINDOW_MS;
    const ofGroup = gone.length < groupSize ? 0 : gone.at(-groupSize)! + groupMs;
    return Math.max(ofBudget, ofGroup) - clock.elapsedMs();
  };

  const next = (): (() => void) | undefined => {
    const isBulkDue = manualInARow >= MANUAL_IN_A_ROW && waiting.bulk.size > 0;
    const queue = waiting.manual.size > 0 && !isBulkDue ? waiting.manual : waiting.bulk;
    const [first] = queue;
    if (first) queue.delete(first);
    manualInARow = queue === waiting.manual ? manualInARow + 1 : 0;
    return first;
  };

  const serve = async () => {
    if (isServing) return;
    isServing = true;
    while (waiting.manual.size + waiting.bulk.size > 0) {
      const ms = mustWaitMs();
      if (ms > 0) {
        await clock.wait(Math.ceil(ms));
        continue;
      }
      if (gone.length === perSecond) gone.shift();
      gone.push(clock.elapsedMs());
      next()?.();
    }
    isServing = false;
  };

  return {
    use: () => ({
      perSecond,
      used: gone.filter((goneMs) => goneMs > clock.elapsedMs() - 1_000).length,
      waiting: waiting.manual.size + waiting.bulk.size,
    }),
    turn: ({ priority, signal }) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve(false);
        const queue = waiting[priority];
        const go = () => {
          signal?.removeEventListener('abort', giveUp);
          resolve(true);
        };
        const giveUp = () => {
          queue.delete(go);
          resolve(false);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        queue.add(go);
        void serve();
      }),
  };
}

const GROUPS_PER_SECOND = 20;
const TRAVEL_MS = 60;
const WINDOW_MS = 1_000 + TRAVEL_MS;
/** Of the time that is a group's, how much it waits for: the rest makes up for timers that are late. */
const HASTE = 0.8;
const MANUAL_IN_A_ROW = 7;
