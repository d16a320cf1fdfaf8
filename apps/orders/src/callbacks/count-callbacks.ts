import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { callbackApi, CallbackFilter } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { callbackCondition, FIELD_SCAN_MAX, scanForField } from './find-callbacks.ts';

/** No more are counted: nobody replays so many at once. */
const COUNT_MAX = 10_000;

/**
 * How many callbacks match, and how many of them were verified and can be replayed.
 * @throws Refused BAD_INPUT for a field search without bounds
 */
export async function countCallbacks(
  em: SqlEntityManager,
  filter: CallbackFilter,
): Promise<z.input<typeof callbackApi.count.output>> {
  const condition = await callbackCondition(em, filter);
  if (!filter.field) {
    const { matching, replayable } = await count(em, condition);
    return {
      matching: Math.min(matching, COUNT_MAX),
      replayable: Math.min(replayable, COUNT_MAX),
      isExact: matching <= COUNT_MAX,
    };
  }
  const { ids, next } = await scanForField(em, condition, { field: filter.field, limit: FIELD_SCAN_MAX });
  const found =
    ids.length === 0 ? { matching: 0, replayable: 0 } : await count(em, { sql: 'c.id in (?)', params: [ids] });
  return { ...found, isExact: next === undefined };
}

async function count(
  em: SqlEntityManager,
  { sql, params }: { sql: string; params: readonly unknown[] },
): Promise<{ matching: number; replayable: number }> {
  const [row] = await em.execute<{ matching: number; replayable: number }[]>(
    `select count(*)::int as matching, count(*) filter (where outcome <> 'refused')::int as replayable
       from (select c.outcome from callbacks c where ${sql} limit ${COUNT_MAX + 1}) found`,
    [...params],
  );
  return row!;
}
