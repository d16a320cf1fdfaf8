import { z } from 'zod';
import { keptList } from '../kept-list.ts';

/** Everything that can go wrong on purpose; `docs/operations.md` says what each does. */
export const FAULTS = [
  'slow',
  'drop-after-commit',
  'drop-before-commit',
  'http-429',
  'http-500',
  'success-false',
  'bad-json',
  'wrong-types',
  'token-revoked',
  'token-expired',
  'duplicate-callback',
  'early-callback',
  'reordered-callback',
  'wrong-sign',
  'skewed-clock',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Those that a callback of the platform can have by itself. */
const CALLBACK_FAULTS: ReadonlySet<Fault> = new Set([
  'duplicate-callback',
  'reordered-callback',
  'wrong-sign',
  'skewed-clock',
]);

/** Header by which one request asks for a fault of its own. */
export const FAULT_HEADER = 'x-mock-fault';

const DELAY_MAX_MS = 600_000;

/** What `POST /_control/faults` takes. */
export const FaultOrder = z.strictObject({
  /** Part of the path, query included, of the calls that are meant, or of the callbacks to the gateway. */
  match: z.string().min(1).max(300),
  fault: z.enum(FAULTS),
  /** How often it strikes; default once, or without end where `share` is given. */
  times: z.number().int().min(1).max(1_000_000).optional(),
  /** Of the calls that match, which share is struck; default each one. */
  share: z.number().gt(0).max(1).optional(),
  /** Makes the same choice among the same calls each time. */
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  /** `slow`: how long the answer is held back. `reordered-callback`: how long a callback waits for a newer one. */
  delayMs: z.number().int().min(0).max(DELAY_MAX_MS).optional(),
  retryAfterSeconds: z.number().int().min(0).max(3_600).default(1),
  /** `skewed-clock`: how far the platform's clock is off. */
  skewMs: z
    .number()
    .int()
    .min(-366 * 86_400_000)
    .max(366 * 86_400_000)
    .default(-3_600_000),
  /** `success-false`: the platform's own words. */
  text: z.string().min(1).max(500).default('系统繁忙，请稍后重试'),
});
export type FaultOrder = z.input<typeof FaultOrder>;

/** As `GET /_control/faults` shows it. */
export type SetFault = {
  readonly id: number;
  readonly match: string;
  readonly fault: Fault;
  /** Null where there is no end. */
  readonly times: number | null;
  readonly share: number | null;
  /** Calls and callbacks that matched while it could still strike, and how many of them it struck. */
  readonly seen: number;
  readonly struck: number;
};

/** A fault as it hits one call. */
export type Strike = {
  readonly fault: Fault;
  readonly delayMs: number | undefined;
  readonly retryAfterSeconds: number;
  readonly skewMs: number;
  readonly text: string;
  /** What has to be over before the answer of this call leaves. */
  readonly beforeAnswer: Promise<unknown>[];
};

/** How many faults are set at once; the oldest go first. */
const FAULTS_KEPT = 1_000;

/** The faults that are set. The first one set that matches and still strikes is the one that does. */
export function createFaultMenu() {
  type Rule = { -readonly [K in keyof SetFault]: SetFault[K] } & {
    readonly order: z.output<typeof FaultOrder>;
    readonly draw: () => number;
  };
  const rules = keptList<Rule>(FAULTS_KEPT);
  let lastId = 0;
  const shown = ({ order: _order, draw: _draw, ...rule }: Rule): SetFault => rule;
  const strikeOf = (order: z.output<typeof FaultOrder>): Strike => ({
    fault: order.fault,
    delayMs: order.delayMs,
    retryAfterSeconds: order.retryAfterSeconds,
    skewMs: order.skewMs,
    text: order.text,
    beforeAnswer: [],
  });

  const struckBy = (path: string, isMeant: (fault: Fault) => boolean): Strike | undefined => {
    for (const rule of rules.items) {
      if (!isMeant(rule.fault) || !path.includes(rule.match)) continue;
      if (rule.times !== null && rule.struck >= rule.times) continue;
      rule.seen += 1;
      if (rule.share !== null && rule.draw() >= rule.share) continue;
      rule.struck += 1;
      return strikeOf(rule.order);
    }
    return undefined;
  };

  return {
    set(order: z.output<typeof FaultOrder>): SetFault {
      const { match, fault, share } = order;
      const rule: Rule = {
        id: (lastId += 1),
        match,
        fault,
        times: order.times ?? (share === undefined ? 1 : null),
        share: share ?? null,
        seen: 0,
        struck: 0,
        order,
        draw: seededDraw(order.seed),
      };
      rules.add(rule);
      return shown(rule);
    },

    list: (): SetFault[] => rules.items.map(shown),

    forget: () => rules.clear(),

    /** Which fault hits this call, counted as struck; `asked` by its header comes before what is set. */
    strike(path: string, asked?: Fault): Strike | undefined {
      if (asked) return strikeOf(FaultOrder.parse({ match: path.slice(0, 300), fault: asked }));
      return struckBy(path, () => true);
    },

    /**
     * Which fault hits a callback to this address of the gateway: that of the call which it answers, if it is about
     * callbacks, else one that is set for the address.
     */
    strikeCallback: (path: string, ofCall: Strike | undefined): Strike | undefined =>
      ofCall && CALLBACK_FAULTS.has(ofCall.fault) ? ofCall : struckBy(path, (fault) => CALLBACK_FAULTS.has(fault)),
  };
}
export type FaultMenu = ReturnType<typeof createFaultMenu>;

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
function seededDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
