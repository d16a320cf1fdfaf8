import { z } from 'zod';
import { Instant } from './primitives.ts';

const Part = { ok: z.boolean(), responseMs: z.number().int(), version: z.string().nullable() };

/** How one process of a service and what it leans on are, as that process sees it. */
export const ServiceHealth = z.object({
  service: z.enum(['orders', 'integrations']),
  /** Since when the answering process runs. */
  startedAt: Instant,
  version: z.string(),
  nodeVersion: z.string(),
  memoryBytes: z.number().int(),
  database: z.object({ ...Part, connections: z.number().int().nullable() }),
  nats: z.object(Part),
  /** Events committed and not yet told; `unsent` counts to 10,000. Null while the database cannot be asked. */
  outbox: z.object({ unsent: z.number().int(), oldestAgeSeconds: z.number().int().nullable() }).nullable(),
  /** What the service takes from the bus. `lag` counts what is still to come or under way; null when unknown. */
  consumers: z.array(
    z.object({ name: z.string(), stream: z.string(), lag: z.number().int().nullable(), redelivered: z.number().int() }),
  ),
  /** How full the streams are that the service leans on; a full one refuses what is new. */
  streams: z.array(
    z.object({
      name: z.string(),
      messages: z.number().int().nullable(),
      bytes: z.number().int().nullable(),
      maxBytes: z.number().int(),
    }),
  ),
});
export type ServiceHealth = z.infer<typeof ServiceHealth>;

export const systemApi = { health: { input: z.void(), output: ServiceHealth } } as const;

/** A service as the server of the admin web reaches it. */
export type SeenService = {
  readonly name: 'gateway' | 'orders' | 'integrations';
  /** `down` when it does not answer at all, `unhealthy` when a part of it does not work. */
  readonly state: 'healthy' | 'unhealthy' | 'down';
  /** Since when it is in this state, as far as this server has watched. */
  readonly since: string;
  readonly responseMs: number;
  readonly parts: readonly { readonly name: string; readonly ok: boolean; readonly responseMs: number }[];
  /** Callbacks on the gateway's local disk that the bus has not taken yet; null of other services. */
  readonly spooled: number | null;
};

/** Answer of `/system-health`. */
export type SystemHealth = { readonly at: string; readonly services: readonly SeenService[] };

/** Answer of `/service-states`, which anybody may read: a page must be able to say why it cannot ask who is signed in. */
export type ServiceStates = {
  readonly at: string;
  readonly services: readonly Pick<SeenService, 'name' | 'state'>[];
};
