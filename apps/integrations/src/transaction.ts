import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { SupplierEventType } from '@orderbridge/contracts/supplier-events';
import { againOnConflict } from '@orderbridge/service-kit/database/again-on-conflict';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { type EventRow as OutboxEvent, OUTBOX_COLUMNS } from '@orderbridge/service-kit/outbox/event-row';

/** One transaction of one use case; the events it collects are written at the end, true together with the change. */
export type Tx = {
  readonly em: SqlEntityManager;
  readonly events: (OutboxEvent & { type: SupplierEventType })[];
};

export type TransactContext = { readonly orm: MikroORM; readonly wakeRelay: () => void };

/**
 * Runs `work` in one transaction and writes the events it recorded; the relay is woken after the commit. A deadlock or
 * serialisation failure rolls back and runs `work` again, which therefore keeps nothing outside of `tx`.
 */
export function transact<T>({ orm, wakeRelay }: TransactContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  return againOnConflict(async () => {
    let told = 0;
    const result = await orm.em.fork().transactional(async (em) => {
      const tx: Tx = { em, events: [] };
      const value = await work(tx);
      if (tx.events.length > 0) await insertRows(em, 'outbox', OUTBOX_COLUMNS, tx.events);
      told = tx.events.length;
      return value;
    });
    if (told > 0) wakeRelay();
    return result;
  });
}
