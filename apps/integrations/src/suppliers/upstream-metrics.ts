import type { Metrics } from '@orderbridge/service-kit/metrics';

/** What is measured of the platforms (R143, R144). */
export function upstreamMetrics(metrics: Metrics) {
  return {
    calls: metrics.counter('integrations_upstream_calls_total', 'Calls to the platforms, by outcome', [
      'upstream',
      'operation',
      'outcome',
    ] as const),
    seconds: metrics.histogram(
      'integrations_upstream_seconds',
      'Time of calls to the platforms, without waiting for their turn',
      ['upstream', 'operation'] as const,
      [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
    ),
    breaker: metrics.gauge('integrations_upstream_breaker', 'Breaker: 0 closed, 1 trying again, 2 open', [
      'upstream',
    ] as const),
    tokens: metrics.counter('integrations_upstream_tokens_total', 'Sign-ins at the platforms, by outcome', [
      'upstream',
      'outcome',
    ] as const),
  };
}
export type UpstreamMetrics = ReturnType<typeof upstreamMetrics>;
