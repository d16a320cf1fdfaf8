import type { CallOptions, SupplierAnswer } from '../suppliers/suppliers.ts';
import { answered, cancelled, type NotAnswered } from './answers.ts';
import type { Clock } from './clock.ts';

/** What a sign-in yields. */
export type Token = {
  /** The whole value of the `Authorization` header. */
  readonly authorization: string;
  readonly expiresInSeconds: number;
};

/** The token of one account at one platform, shared by all calls (R26-R28). */
export type Tokens = {
  /** The one that is there, or a new one. */
  readonly current: (options: CallOptions) => Promise<SupplierAnswer<Token>>;
  /** Another one than this, which the platform no longer takes; two sign-ins may well yield the same text. */
  readonly renew: (refused: Token, options: CallOptions) => Promise<SupplierAnswer<Token>>;
  /** A new one, whatever is there. */
  readonly signIn: (options: CallOptions) => Promise<SupplierAnswer<null>>;
};

/**
 * Keeps a token until 600 s before its end, but for 300 s at least (R27). However many calls want a new one, one
 * request is made and all wait for it; one that gives up waiting leaves it running. While sign-ins are refused, bulk
 * work asks once in five seconds only, because platforms lock accounts that keep trying.
 */
export function tokenCache({
  clock,
  signIn,
  onSignIn,
}: {
  clock: Clock;
  signIn: () => Promise<SupplierAnswer<Token>>;
  onSignIn: (outcome: SupplierAnswer<Token>['outcome']) => void;
}): Tokens {
  let kept: { token: Token; untilMs: number } | undefined;
  let underWay: Promise<SupplierAnswer<Token>> | undefined;
  let refusal: { answer: NotAnswered; untilMs: number } | undefined;

  const ask = async (): Promise<SupplierAnswer<Token>> => {
    const answer = await signIn();
    onSignIn(answer.outcome);
    kept = undefined;
    refusal = undefined;
    switch (answer.outcome) {
      case 'answered': {
        const seconds = Math.max(answer.value.expiresInSeconds - EARLY_SECONDS, LEAST_SECONDS);
        kept = { token: answer.value, untilMs: clock.now().getTime() + seconds * 1_000 };
        return answer;
      }
      case 'refused': {
        const refused = { ...answer, why: 'authentication' } as const;
        refusal = { answer: refused, untilMs: clock.elapsedMs() + REFUSAL_KEPT_MS };
        return refused;
      }
      case 'uncertain':
        // Of the sign-in; the call that wanted it was never made.
        return { ...answer, outcome: 'not_sent' };
      case 'not_sent':
        return answer;
    }
  };

  const fresh = ({ signal }: Pick<CallOptions, 'signal'>): Promise<SupplierAnswer<Token>> => {
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return unlessAborted(underWay, signal);
  };

  const unlessRefused = (options: CallOptions): Promise<SupplierAnswer<Token>> =>
    options.priority === 'bulk' && refusal && clock.elapsedMs() < refusal.untilMs
      ? Promise.resolve(refusal.answer)
      : fresh(options);

  return {
    current: async (options) =>
      kept && clock.now().getTime() < kept.untilMs ? answered(kept.token) : unlessRefused(options),
    renew: async (refused, options) => (kept && kept.token !== refused ? answered(kept.token) : unlessRefused(options)),
    async signIn(options) {
      const answer = await fresh(options);
      return answer.outcome === 'answered' ? answered(null) : answer;
    },
  };
}

const EARLY_SECONDS = 600;
const LEAST_SECONDS = 300;
const REFUSAL_KEPT_MS = 5_000;

/** Nobody's call was made yet, so whoever stops waiting has sent nothing. */
function unlessAborted<T>(
  work: Promise<SupplierAnswer<T>>,
  signal: AbortSignal | undefined,
): Promise<SupplierAnswer<T>> {
  if (!signal) return work;
  if (signal.aborted) return Promise.resolve(cancelled());
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(cancelled());
    signal.addEventListener('abort', giveUp, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
