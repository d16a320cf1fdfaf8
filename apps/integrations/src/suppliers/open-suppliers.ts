import type { Log } from '@orderbridge/service-kit/logger';
import { openOutbound } from '@orderbridge/service-kit/outbound-http';
import { createHaierClient } from '../haier/haier-client.ts';
import type { HaierSettings } from '../haier/haier-settings.ts';
import { signInToHaier } from '../haier/haier-token.ts';
import { BREAKER_STATES, type BreakerState, openBreaker } from '../http/breaker.ts';
import { type Clock, systemClock } from '../http/clock.ts';
import type { Platform } from '../http/platform.ts';
import { type BudgetUse, openRateBudget } from '../http/rate-budget.ts';
import { type Token, tokenCache, type Tokens } from '../http/token-cache.ts';
import type { CallReport, Upstream } from '../http/upstream.ts';
import { Refused } from '../errors.ts';
import type { SupplierConfig } from '../supplier-config.ts';
import type { Text } from '../text.ts';
import { createYlhClient } from '../ylh/ylh-client.ts';
import type { YlhSettings } from '../ylh/ylh-settings.ts';
import { signInToYlh } from '../ylh/ylh-token.ts';
import { hidingHaier, hidingYlh, type Secrets, secretsOf } from './hide-secrets.ts';
import { type ConfigValues, readHaierSettings, readYlhSettings } from './read-settings.ts';
import { refusingHaier, refusingYlh } from './refusing-clients.ts';
import type { UpstreamMetrics } from './upstream-metrics.ts';
import type { HaierClient, SupplierAccess, SupplierAnswer, Suppliers, YlhClient } from './suppliers.ts';

export type OpenSuppliers = {
  /** What calls may reach and how long they may take, how many there may be, and how often they are attempted. */
  readonly limits: Pick<SupplierConfig, 'outbound' | 'callsPerSecond' | 'attempts' | 'repeatedWords'>;
  /** Finds the configuration in use; asked once and again after `forget`. */
  readonly loadConfig: () => Promise<{ readonly source: Suppliers['source']; readonly values: ConfigValues }>;
  /** Stands in for both platforms where that is what is configured (R10). */
  readonly mock: Suppliers;
  readonly metrics: UpstreamMetrics;
  readonly log: Log<'outcome'>;
  readonly now: () => Date;
  readonly clock?: Clock;
  readonly random?: () => number;
};

export type OpenedSuppliers = {
  readonly access: SupplierAccess;
  /** How much of the rate budgets is in use now. */
  readonly budgets: () => Readonly<Record<Platform, BudgetUse>>;
  readonly close: () => Promise<void>;
};

/**
 * Opens the way to Haier and YLH. Connections and rate budgets are those of the process, whatever is configured: the
 * platform counts our calls, not our accounts. Clients, tokens and breakers are those of a configuration.
 */
export function openSuppliers(options: OpenSuppliers): OpenedSuppliers {
  const { limits, loadConfig, mock, metrics, log, now } = options;
  const clock = options.clock ?? systemClock(now);
  const outbound = openOutbound(limits.outbound);
  const longOutbound = openOutbound({ ...limits.outbound, answerMaxBytes: LONG_ANSWER_MAX_BYTES });
  const shared = {
    outbound,
    longOutbound,
    clock,
    random: options.random ?? Math.random,
    attempts: limits.attempts,
    report: reportTo(log, metrics),
  };
  const budgets = {
    haier: openRateBudget({ perSecond: limits.callsPerSecond, clock }),
    ylh: openRateBudget({ perSecond: limits.callsPerSecond, clock }),
  };

  const build = (source: Suppliers['source'], values: ConfigValues, isInUse: boolean): Suppliers => {
    const upstream = (platform: Platform): Upstream => {
      // A configuration that is only tried out says nothing about the state of the one in use.
      const onChange = (state: BreakerState) => {
        if (isInUse) metrics.breaker.set({ upstream: platform }, BREAKER_STATES.indexOf(state));
      };
      onChange('closed');
      return { ...shared, platform, budget: budgets[platform], breaker: openBreaker({ clock, onChange }) };
    };
    const haier = readHaierSettings(values, limits.outbound);
    const ylh = readYlhSettings(values, limits);
    const secrets = secretsOf(values);
    return {
      source,
      sourceSystem: values.source_system?.trim() ?? '',
      haier: haier.ok
        ? haierClient(upstream('haier'), haier.settings, { metrics, secrets })
        : refusingHaier(haier.problem),
      ylh: ylh.ok ? ylhClient(upstream('ylh'), ylh.settings, { metrics, secrets }) : refusingYlh(ylh.problem),
      problems: { haier: haier.ok ? null : haier.problem, ylh: ylh.ok ? null : ylh.problem },
    };
  };

  let inUse: Promise<Suppliers> | undefined;
  const load = async (): Promise<Suppliers> => {
    try {
      const { source, values } = await loadConfig();
      return source === 'mock' ? mock : build(source, values, true);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Waiting does not help: pushes and syncs end with these words instead of being tried for ever.
      return unusable({ zh: error.message, en: error.messageEn });
    }
  };

  return {
    access: {
      current() {
        if (inUse) return inUse;
        const loading = load();
        inUse = loading;
        // What could not be loaded is asked for again by the next caller.
        loading.catch(() => {
          if (inUse === loading) inUse = undefined;
        });
        return loading;
      },
      withConfig: (config) => build('database', config, false),
      forget() {
        inUse = undefined;
      },
    },
    budgets: () => ({ haier: budgets.haier.use(), ylh: budgets.ylh.use() }),
    close: async () => {
      await Promise.all([outbound.close(), longOutbound.close()]);
    },
  };
}

/** A catalogue of some hundred thousand products; it is never held. */
const LONG_ANSWER_MAX_BYTES = 256 * 1024 * 1024;

/** What a stored configuration comes to that cannot be opened. */
const unusable = (problem: Text): Suppliers => ({
  source: 'database',
  sourceSystem: '',
  haier: refusingHaier(problem),
  ylh: refusingYlh(problem),
  problems: { haier: problem, ylh: problem },
});

type Watched = { readonly metrics: UpstreamMetrics; readonly secrets: Secrets };

function haierClient(upstream: Upstream, settings: HaierSettings, watched: Watched): HaierClient {
  const tokens = tokensOf(upstream, () => signInToHaier(upstream, settings), watched);
  return hidingHaier(createHaierClient(upstream, tokens, settings), watched.secrets);
}

function ylhClient(upstream: Upstream, settings: YlhSettings, watched: Watched): YlhClient {
  const tokens = tokensOf(upstream, () => signInToYlh(upstream, settings), watched);
  return hidingYlh(createYlhClient(upstream, tokens, settings), watched.secrets);
}

const tokensOf = (
  { clock, platform }: Upstream,
  signIn: () => Promise<SupplierAnswer<Token>>,
  { metrics, secrets }: Watched,
): Tokens =>
  tokenCache({
    clock,
    async signIn() {
      const answer = await signIn();
      if (answer.outcome === 'answered') secrets.learn(answer.value.authorization);
      return answer;
    },
    onSignIn: (outcome) => metrics.tokens.inc({ upstream: platform, outcome }),
  });

/** One count and one line for each call; a line that tells of trouble is not one of debugging. */
const reportTo =
  (log: Log<'outcome'>, { calls, seconds }: UpstreamMetrics) =>
  ({ platform, operation, outcome, durationMs, ...rest }: CallReport): void => {
    calls.inc({ upstream: platform, operation, outcome });
    if (durationMs !== undefined) seconds.observe({ upstream: platform, operation }, durationMs / 1_000);
    log[LEVELS[outcome]]('upstream called', { source: platform, path: operation, outcome, durationMs, ...rest });
  };

const LEVELS = {
  answered: 'debug',
  refused: 'info',
  kept_back: 'info',
  not_sent: 'warn',
  uncertain: 'warn',
} as const satisfies Record<CallReport['outcome'], keyof Log>;
