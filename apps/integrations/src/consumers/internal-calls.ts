import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { DomainError } from '@orderbridge/service-kit/api-errors';
import { CallRefused, type CallDefinition, serveCall } from '@orderbridge/service-kit/nats-calls';
import type { z } from 'zod';
import { lastReadings } from '../balances/last-readings.ts';
import type { IntegrationsContext } from '../context.ts';
import { queryDeliveryImages } from '../fulfilment/query-delivery-images.ts';
import { queryLocalStock } from '../fulfilment/query-local-stock.ts';
import { queryParcels } from '../fulfilment/query-parcels.ts';
import { rescheduleDelivery } from '../fulfilment/reschedule-delivery.ts';
import { preflightOrder } from '../preflight/preflight-order.ts';
import type { CallOptions } from '../suppliers/suppliers.ts';

/**
 * When we stop asking the platform, so that orders, which waits 35 s and 3 s for the stock of an order that is being
 * placed, hears what happened instead of nothing.
 */
const PATIENCE = { askedByStaffMs: 33_000, placingMs: 2_700 };
/** Of a process that stops; what still runs then is broken off. */
const STOP_PATIENCE_MS = 6_000;

type ServingContext = Pick<IntegrationsContext, 'orm' | 'log' | 'js' | 'now' | 'wakeRelay' | 'suppliers'>;

/** Answers what orders asks of the platforms; each question goes to one instance. Somebody waits, so all come first. */
export function serveInternalCalls(
  context: Omit<ServingContext, 'suppliers'> & { readonly suppliers: Pick<ServingContext['suppliers'], 'current'> },
  patience = PATIENCE,
): { stop: () => Promise<void> } {
  const { js, log } = context;
  const running = new Set<AbortController>();

  const serve = <Request extends z.ZodType, Reply extends z.ZodType>(
    definition: CallDefinition<Request, Reply>,
    patienceMs: number,
    answer: (asked: z.output<Request>, options: CallOptions) => Promise<z.input<Reply>>,
  ) =>
    serveCall(js.connection, definition, { queueGroup: 'integrations', log }, async (asked) => {
      const giveUp = new AbortController();
      const timer = setTimeout(() => giveUp.abort(), patienceMs);
      running.add(giveUp);
      try {
        return await answer(asked, { priority: 'manual', signal: giveUp.signal });
      } catch (error) {
        throw error instanceof DomainError ? new CallRefused(error.code, error.message, error.messageEn) : error;
      } finally {
        clearTimeout(timer);
        running.delete(giveUp);
      }
    });

  const { askedByStaffMs, placingMs } = patience;
  const served = [
    serve(internalCalls.preflight, askedByStaffMs, async (order, options) => ({
      checks: await preflightOrder(context, order, options),
    })),
    serve(internalCalls.balances, placingMs, async () => ({
      accounts: (await lastReadings(context.orm.em.fork(), context.now())).map(({ newest: { balanceFen, at } }) => ({
        balanceFen,
        readAt: at.toISOString(),
      })),
    })),
    serve(internalCalls.reschedule, askedByStaffMs, (asked, options) => rescheduleDelivery(context, asked, options)),
    serve(internalCalls.logistics, askedByStaffMs, (asked, options) => queryParcels(context, asked, options)),
    serve(internalCalls.deliveryImages, askedByStaffMs, (asked, options) =>
      queryDeliveryImages(context, asked, options),
    ),
    serve(internalCalls.stock, placingMs, (asked, options) => queryLocalStock(context, asked, options)),
  ];
  return {
    stop: async () => {
      const timer = setTimeout(() => {
        for (const giveUp of running) giveUp.abort();
      }, STOP_PATIENCE_MS);
      await Promise.all(served.map(({ stop }) => stop()));
      clearTimeout(timer);
    },
  };
}
