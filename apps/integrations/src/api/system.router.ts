import { systemApi } from '@orderbridge/contracts/health-api';
import { durables, streams } from '@orderbridge/contracts/subjects';
import { readServiceHealth } from '@orderbridge/service-kit/service-health';
import type { TRPCRouterRecord } from '@trpc/server';
import { staff } from './trpc.ts';

export const systemRouter = {
  health: staff('integrations.view')
    .input(systemApi.health.input)
    .output(systemApi.health.output)
    .query(({ ctx: { orm, js, now } }) =>
      readServiceHealth({
        service: 'integrations',
        orm,
        js,
        now,
        consumers: [{ name: durables.integrationsOrderEvents, stream: streams.orders.name }],
        streams: [streams.suppliers],
      }),
    ),
} satisfies TRPCRouterRecord;
