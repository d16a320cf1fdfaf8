import type { Log } from '@orderbridge/service-kit/logger';

/** Fields that integrations may log, beside the common ones. No name, phone, address or secret is among them. */
export const LOG_FIELDS = ['orderNumber', 'kind', 'outcome', 'procedure', 'errorCode'] as const;

export type IntegrationsLog = Log<(typeof LOG_FIELDS)[number]>;
