import { isDatabaseUnavailable } from '../database/errors.ts';
import { causeOf } from './read-message.ts';

/**
 * What became of a kept message: applied now, or found to be a repetition of one that was applied; `readable` is what a
 * dry run says of one that this version would try. The others stay kept.
 */
export type ReplayOutcome =
  | { readonly outcome: 'applied' | 'repeated' | 'readable' }
  | { readonly outcome: 'unread' | 'failed'; readonly cause: string };

export type Replayed<Kept> = { readonly kept: Kept } & ReplayOutcome;

/**
 * Replays kept messages page by page, each on its own, so that one which fails holds up none. `page` answers those behind
 * `after`, an empty page is the end; `replay` answers undefined for one that another process has taken meanwhile.
 * @throws when the database goes away
 */
export async function* replayKept<Kept>({
  page,
  replay,
  signal,
}: {
  readonly page: (after: Kept | undefined) => Promise<readonly Kept[]>;
  readonly replay: (kept: Kept) => Promise<ReplayOutcome | undefined>;
  readonly signal: AbortSignal;
}): AsyncGenerator<Replayed<Kept>, void, void> {
  for (let after: Kept | undefined; !signal.aborted;) {
    const some = await page(after);
    if (some.length === 0) return;
    for (const kept of some) {
      if (signal.aborted) return;
      const outcome = await replay(kept).catch((error: unknown): ReplayOutcome => {
        if (isDatabaseUnavailable(error)) throw error;
        return { outcome: 'failed', cause: causeOf(error) };
      });
      if (outcome) yield { kept, ...outcome };
    }
    after = some.at(-1);
  }
}
