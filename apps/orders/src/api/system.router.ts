import { systemApi } from '@orderbridge/contracts/health-api';
import { durables, streams } from '@orderbridge/contracts/subjects';
import { readServiceHealth } from '@orderbridge/service-kit/service-health';
import type { TRPCRouterRecord } from '@trpc/server';
import { staff } from './trpc.ts';

export const systemRouter = {
  health: staff('orders.view')
    .input(systemApi.health.input)
    .output(systemApi.health.output)
    .query(({ ctx: { orm, js, now } }) =>
      readServiceHealth({
        service: 'orders',
        orm,
        js,
        now,
        consumers: [
          { name: durables.ordersCallbacks, stream: streams.callbacks.name },
          { name: durables.ordersRefusals, stream: streams.refusals.name },
          { name: durables.ordersSupplierEvents, stream: streams.suppliers.name },
        ],
        streams: [streams.callbacks, streams.refusals, streams.orders],
      }),
    ),
} satisfies TRPCRouterRecord;
