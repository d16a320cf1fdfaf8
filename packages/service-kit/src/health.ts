import { Hono } from 'hono';
import type { Metrics } from './metrics.ts';

/** Resolves when the thing works, rejects with what is wrong. */
export type HealthCheck = () => Promise<unknown>;

const CHECK_TIMEOUT_MS = 2_000;

/**
 * Routes every service has: `/livez` (the process answers), `/healthz` (each dependency with its time, R147),
 * `/readyz` (takes work now: dependencies fine and not draining) and `/metrics` (Prometheus text).
 */
export function healthRoutes(options: {
  checks: Readonly<Record<string, HealthCheck>>;
  /** What `/readyz` asks, where a service works without some of its dependencies. Default: all checks. */
  ready?: Readonly<Record<string, HealthCheck>>;
  metrics: Pick<Metrics, 'registry'>;
  shutdown: AbortSignal;
  now: () => Date;
}): Hono {
  const { checks, ready = checks, metrics, shutdown, now } = options;
  return new Hono()
    .get('/livez', (c) => c.json({ alive: true }))
    .get('/healthz', async (c) => {
      const services = await runChecks(checks);
      const healthy = Object.values(services).every((service) => service.status === 'healthy');
      return c.json(
        {
          success: healthy,
          code: healthy ? 200 : 503,
          message: healthy ? 'healthy' : 'unhealthy',
          data: { status: healthy ? 'healthy' : 'unhealthy', timestamp: now().toISOString(), services },
        },
        healthy ? 200 : 503,
      );
    })
    .get('/readyz', async (c) => {
      const waitingFor = Object.entries(await runChecks(ready)).flatMap(([name, { status }]) =>
        status === 'healthy' ? [] : [name],
      );
      if (shutdown.aborted) waitingFor.push('draining');
      return c.json({ ready: waitingFor.length === 0, waitingFor }, waitingFor.length === 0 ? 200 : 503);
    })
    .get('/metrics', async (c) =>
      c.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
    );
}

type CheckResult = { status: 'healthy' | 'unhealthy'; response_time_ms: number };

async function runChecks(checks: Readonly<Record<string, HealthCheck>>): Promise<Record<string, CheckResult>> {
  const results = Object.entries(checks).map(async ([name, check]) => {
    const startedMs = performance.now();
    // Never the error's text: it names hosts and users (original-observed H21, P17).
    const status = await Promise.race([
      check().then(
        () => 'healthy' as const,
        () => 'unhealthy' as const,
      ),
      new Promise<'unhealthy'>((resolve) => setTimeout(resolve, CHECK_TIMEOUT_MS, 'unhealthy').unref()),
    ]);
    return [name, { status, response_time_ms: Math.round(performance.now() - startedMs) }] as const;
  });
  return Object.fromEntries(await Promise.all(results));
}
