import type { SeenService, SystemHealth } from '@orderbridge/contracts/health-api';

type Name = SeenService['name'];
type Seen = Omit<SeenService, 'since'>;

export type WatchOptions = {
  readonly services: Readonly<Record<Name, URL>>;
  readonly now: () => Date;
  /** Ends the watching. */
  readonly shutdown: AbortSignal;
  readonly everyMs?: number;
  readonly timeoutMs?: number;
};

const EVERY_MS = 15_000;
const TIMEOUT_MS = 3_000;
/** What one look found serves everybody who asks within this time. */
const SHARED_MS = 1_000;

/** Looks at every service by itself now and then, so that it can say since when one is as it is. Answers how to ask. */
export function watchServices(options: WatchOptions): () => Promise<SystemHealth> {
  const { services, now, shutdown, everyMs = EVERY_MS, timeoutMs = TIMEOUT_MS } = options;
  const known = new Map<Name, { state: SeenService['state']; since: string }>();
  let last: { readonly health: Promise<SystemHealth>; readonly atMs: number } | undefined;

  const look = async (): Promise<SystemHealth> => {
    const names = Object.keys(services) as Name[];
    const seen = await Promise.all(names.map((name) => lookAt(name, services[name], timeoutMs)));
    const at = now().toISOString();
    return {
      at,
      services: seen.map((service) => {
        const before = known.get(service.name);
        const since = before?.state === service.state ? before.since : at;
        known.set(service.name, { state: service.state, since });
        return { ...service, since };
      }),
    };
  };
  const ask = (): Promise<SystemHealth> => {
    if (!last || performance.now() - last.atMs > SHARED_MS) last = { health: look(), atMs: performance.now() };
    return last.health;
  };
  const watching = setInterval(() => void ask(), everyMs);
  watching.unref();
  shutdown.addEventListener('abort', () => clearInterval(watching), { once: true });
  return ask;
}

/** Never throws: a service that does not answer is what people want to see. */
async function lookAt(name: Name, base: URL, timeoutMs: number): Promise<Seen> {
  const startedMs = performance.now();
  const answer = await askJson(new URL('/healthz', base), timeoutMs);
  const responseMs = Math.round(performance.now() - startedMs);
  if (!answer) return { name, state: 'down', responseMs, parts: [], spooled: null };
  const parts = partsOf(answer);
  return {
    name,
    state: answer.success === true ? 'healthy' : 'unhealthy',
    responseMs,
    parts,
    spooled: name === 'gateway' ? await readSpooled(base, timeoutMs) : null,
  };
}

/** Fields of the health routes of service-kit. */
type Health = {
  success?: unknown;
  data?: { services?: Record<string, { status?: unknown; response_time_ms?: unknown }> };
};

async function askJson(url: URL, timeoutMs: number): Promise<Health | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    return (await response.json()) as Health;
  } catch {
    return undefined;
  }
}

const partsOf = ({ data }: Health): Seen['parts'] =>
  Object.entries(data?.services ?? {}).map(([name, { status, response_time_ms: responseMs }]) => ({
    name,
    ok: status === 'healthy',
    responseMs: typeof responseMs === 'number' ? responseMs : 0,
  }));

async function readSpooled(base: URL, timeoutMs: number): Promise<number | null> {
  try {
    const response = await fetch(new URL('/metrics', base), { signal: AbortSignal.timeout(timeoutMs) });
    const [, value] = /^spool_records(?:\{[^}]*\})? (\d+)/m.exec(await response.text()) ?? [];
    return value === undefined ? null : Number(value);
  } catch {
    return null;
  }
}
