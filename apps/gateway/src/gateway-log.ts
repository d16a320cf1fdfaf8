import type { Log } from '@orderbridge/service-kit/logger';

/** Fields this service logs beside the common ones; secrets, signatures, bodies and people are on no list. */
export const LOG_FIELDS = ['provider', 'outcome', 'late', 'kept', 'bytes'] as const;

export type GatewayLog = Log<(typeof LOG_FIELDS)[number]>;
