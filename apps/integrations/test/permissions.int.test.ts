import { PERMISSIONS, ROLE_PERMISSIONS, STAFF_ROLES } from '@orderbridge/contracts/permissions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { integrationsRouter } from '../src/api/router.ts';
import { type Caller, type IntegrationsApiUnderTest, integrationsApi } from './_integrations-api.ts';

type Meta = { permission: string; fresh?: true };
const procedures = Object.entries(
  integrationsRouter._def.procedures as unknown as Record<string, { _def: { type: string; meta?: Meta } }>,
).map(([name, { _def }]) => ({ name, type: _def.type, meta: _def.meta! }));

let api: IntegrationsApiUnderTest;
beforeAll(async () => {
  api = await integrationsApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test.each(procedures)('$name was born with a permission', ({ meta }) => {
  expect(PERMISSIONS).toContain(meta.permission);
});

const inColumn = (cell: string, column: number) => cell.padEnd(column === 0 ? 28 : 11);

test('every procedure × every role: let in exactly where the permission says so', async () => {
  const callers: Caller[] = [...STAFF_ROLES, 'nobody'];
  const rows = [['', ...callers].map(inColumn).join(' ').trimEnd()];
  for (const { name, type, meta } of procedures) {
    const cells: string[] = [];
    for (const caller of callers) {
      // An input of the wrong shape: whoever gets as far as its refusal was let in.
      const { status, body } = await (type === 'mutation' ? api.mutate : api.query)(name, 17, caller);
      const letIn = status === 400;
      const may = caller !== 'nobody' && (ROLE_PERMISSIONS[caller as 'admin'] as string[]).includes(meta.permission);
      expect([name, caller, letIn]).toEqual([name, caller, may]);
      if (!letIn) {
        expect([name, caller, status]).toEqual([name, caller, caller === 'nobody' ? 401 : 403]);
        expect(body.error.data).toMatchObject({
          errorCode: caller === 'nobody' ? 'NOT_SIGNED_IN' : 'NOT_ALLOWED',
          messageEn: expect.any(String),
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
      }
      expect(JSON.stringify(body)).not.toContain('stack');
      cells.push(letIn ? 'yes' : '-');
    }
    rows.push([`${name}${meta.fresh ? ' (fresh)' : ''}`, ...cells].map(inColumn).join(' ').trimEnd());
  }
  expect(`\n${rows.join('\n')}\n`).toMatchInlineSnapshot(`
    "
                                 admin       operator    viewer      nobody
    orderEvent.list              yes         yes         yes         -
    config.list                  yes         -           -           -
    config.create (fresh)        yes         -           -           -
    config.update (fresh)        yes         -           -           -
    config.activate (fresh)      yes         -           -           -
    config.remove (fresh)        yes         -           -           -
    config.test                  yes         -           -           -
    haier.products               yes         yes         yes         -
    haier.prices                 yes         yes         yes         -
    haier.stock                  yes         yes         yes         -
    haier.balance                yes         yes         yes         -
    haier.logistics              yes         yes         yes         -
    sync.start                   yes         yes         -           -
    sync.list                    yes         yes         yes         -
    sync.get                     yes         yes         yes         -
    sync.cancel                  yes         yes         -           -
    job.list                     yes         yes         yes         -
    job.get                      yes         yes         yes         -
    job.retry                    yes         yes         -           -
    job.batches                  yes         yes         yes         -
    job.pause                    yes         yes         -           -
    job.resume                   yes         yes         -           -
    reconcile.run                yes         yes         -           -
    reconcile.progress           yes         yes         -           -
    overview.get                 yes         yes         yes         -
    system.health                yes         yes         yes         -
    "
  `);
});
