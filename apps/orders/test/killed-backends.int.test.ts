import { expect, test } from 'vitest';
import { ordersOnDatabase } from './_orders.ts';

const POOL_MAX = 4;

// Keeps the kysely override of pnpm-workspace.yaml honest: without it each death costs a pool slot for good.
test(
  'more backends killed inside transactions than the pool holds, then 100 queries work (P5)',
  { timeout: 60_000 },
  async () => {
    await using app = await ordersOnDatabase({ poolMax: POOL_MAX });
    for (let kill = 0; kill < POOL_MAX + 5; kill += 1) {
      const dying = app.orm.em.fork().transactional(async (em) => {
        const [backend] = await em.execute<{ pid: number }[]>(`select pg_backend_pid() as pid`);
        await app.rows(`select pg_terminate_backend(?)`, [backend!.pid]);
        await em.execute(`select 1`);
      });
      await expect(dying).rejects.toThrow();
    }
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => app.rows<{ n: number }>(`select ?::int as n`, [index])),
    );
    expect(answers.flat().map((row) => row.n)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  },
);
