import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { readUnsent } from '@orderbridge/service-kit/outbox/read-unsent';
import { checkInvariants } from './check-invariants.ts';
import { costWaitingPushes } from './cost-waiting-pushes.ts';
import { countCallbacks } from './count-callbacks.ts';
import { countDays } from './count-days.ts';
import { countFunnel } from './count-funnel.ts';
import { measureRates } from './measure-rates.ts';
import { readWaitingCases } from './read-waiting-cases.ts';
import { sumSales } from './sum-sales.ts';

/**
 * How business and callbacks are now. Everything is counted within bounds of time and by an index, so that it costs the
 * same with a million orders behind it; part after part, on one connection, because calls of customers need the others.
 */
export function readOverview({ orm, now }: { orm: MikroORM; now: () => Date }): Promise<OrdersOverview> {
  return orm.em.fork().transactional(
    async (inner) => {
      const em = inner as SqlEntityManager;
      const at = now();
      return {
        at: at.toISOString(),
        ...(await countDays(em, at)),
        ...(await sumSales(em, at)),
        funnel: await countFunnel(em, at),
        callbackMinutes: await countCallbacks(em, at),
        waitingPushes: await costWaitingPushes(em),
        rates: await measureRates(em, at),
        exceptions: await readWaitingCases(em, at),
        outbox: await readUnsent(em, at),
        invariants: await checkInvariants(em, at),
      };
    },
    // One picture: what is counted here and there was there at one time.
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}
