import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import { replayAtStart } from '@orderbridge/service-kit/unread/replay-at-start';
import { expect, test } from 'vitest';
import { pushOrder } from '../src/orders/push-order.ts';
import { applySupplierEvents } from '../src/suppliers/apply-supplier-events.ts';
import { parkSupplierEvent } from '../src/suppliers/park-supplier-event.ts';
import { replayUnread } from '../src/suppliers/replay-unread.ts';
import { ordersBesideIntegrations, supplierEvent } from './_integrations.ts';

type Live = Awaited<ReturnType<typeof ordersBesideIntegrations>>;

const act = (resourceId: string) =>
  supplierEvent('staff.acted', '-', {
    actor: 'staff:admin',
    action: 'told_late',
    resourceType: 'job',
    resourceId,
    detail: {},
  });
/** As a newer version tells it: under a type that this one does not know. */
const ofTomorrow = (resourceId: string) => JSON.stringify({ ...act(resourceId), type: 'staff.acted.v2' });

/** The fix: this version then reads what lies there as the newer one would. */
const fix = (live: Live) =>
  live.rows(`update supplier_events set raw = replace(raw, 'staff.acted.v2', 'staff.acted') where raw is not null`);

async function replayed({ context }: Live, more: { dryRun?: boolean; signal?: AbortSignal } = {}) {
  const counts: Record<string, number> = {};
  const all = replayUnread(context, { dryRun: false, signal: new AbortController().signal, ...more });
  for await (const { outcome } of all) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

const acts = (live: Live) =>
  live.rows(
    `select count(*)::int as n, count(distinct resource_id)::int as of from audit_entries where action = 'told_late'`,
  );
const cases = (live: Live) =>
  live.rows(
    `select status, resolved_by as by, count(*)::int as n from exceptions where kind = 'parked_message' group by 1, 2 order by 1`,
  );

const park = (live: Live, raw: string, more: { id?: string; streamSequence?: number; deliveries?: number } = {}) =>
  parkSupplierEvent(live.context, {
    streamSequence: 1,
    id: undefined,
    type: 'staff.acted',
    subject: '-',
    raw,
    cause: 'type: none of those known',
    deliveries: 1,
    ...more,
  });

// P22, for the events of integrations.
test('100 events that this version cannot read, among 400: after the fix each is applied once, its case closed', async () => {
  await using live = await ordersBesideIntegrations();
  await Promise.all(
    Array.from({ length: 400 }, (_, n) =>
      live.publish('staff.acted', n % 4 === 0 ? ofTomorrow(`N-${n}`) : JSON.stringify(act(`N-${n}`))),
    ),
  );
  await expect
    .poll(() => live.rows(`select count(*)::int as n from supplier_events`), { timeout: 60_000 })
    .toEqual([{ n: 400 }]);
  const kept = () =>
    live.rows(
      `select count(*)::int as n, min(cause) as cause, min(deliveries) as deliveries from supplier_events where raw is not null`,
    );
  expect(await kept()).toEqual([{ n: 100, cause: 'type: none of those known', deliveries: 1 }]);
  expect(await acts(live)).toEqual([{ n: 300, of: 300 }]);
  expect(await cases(live)).toEqual([{ status: 'open', by: null, n: 100 }]);

  expect(await replayed(live)).toEqual({ unread: 100 });
  await fix(live);
  expect(await replayed(live, { dryRun: true })).toEqual({ readable: 100 });
  expect(await replayed(live, { signal: AbortSignal.abort() })).toEqual({});
  expect(await kept()).toMatchObject([{ n: 100 }]);

  const both = await Promise.all([replayed(live), replayed(live)]);
  expect(both.reduce((sum, { applied = 0 }) => sum + applied, 0)).toBe(100);
  expect(await acts(live)).toEqual([{ n: 400, of: 400 }]);
  expect(await kept()).toEqual([{ n: 0, cause: null, deliveries: null }]);
  expect(await live.rows(`select count(*)::int as n from supplier_events`)).toEqual([{ n: 400 }]);
  expect(await cases(live)).toEqual([{ status: 'resolved', by: 'system', n: 100 }]);
  expect(await replayed(live)).toEqual({});
}, 120_000);

test('one that was read and could not be applied: the others go on, and it is applied when its cause is gone', async () => {
  await using live = await ordersBesideIntegrations();
  const orderNumber = await live.paidOrder();
  await pushOrder({ ...live.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber });
  await live.rows(`alter table orders add constraint no_forbidden check (haier_order_no <> 'FORBIDDEN')`);
  const stuck = supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: 'FORBIDDEN' });
  await park(live, JSON.stringify(stuck), { id: stuck.id, deliveries: 8 });
  const late = act('N-1');
  await park(live, JSON.stringify(late), { id: late.id });

  expect(await replayed(live)).toEqual({ failed: 1, applied: 1 });
  expect(await live.rows(`select event_id, deliveries from supplier_events where raw is not null`)).toEqual([
    { event_id: stuck.id, deliveries: 8 },
  ]);
  await live.rows(`alter table orders drop constraint no_forbidden`);
  expect(await replayed(live)).toEqual({ applied: 1 });
  expect((await live.order(orderNumber)).haierOrderNo).toBe('FORBIDDEN');
  expect(await applySupplierEvents(live.context, [stuck, late])).toEqual(['repeated', 'repeated']);
  expect(await cases(live)).toEqual([{ status: 'resolved', by: 'system', n: 2 }]);
});

test('the same one is kept once, with how often it came; under an id that was applied it is not kept', async () => {
  await using live = await ordersBesideIntegrations();
  for (const deliveries of [1, 3, 2]) await park(live, '{ no json \0', { deliveries });
  // A stream that was made anew counts from one again: another text there is another event.
  await park(live, '{ no other json');
  expect(await live.rows(`select raw, deliveries from supplier_events order by raw`)).toEqual([
    { raw: '{ no json \u2400', deliveries: 3 },
    { raw: '{ no other json', deliveries: 1 },
  ]);
  expect(await cases(live)).toEqual([{ status: 'open', by: null, n: 2 }]);
  const told = act('N-1');
  await applySupplierEvents(live.context, [told]);
  await park(live, ofTomorrow('N-1'), { id: told.id });
  expect(await live.rows(`select count(*)::int as n from supplier_events where raw is not null`)).toEqual([{ n: 2 }]);
  expect(await cases(live)).toEqual([{ status: 'open', by: null, n: 2 }]);

  // Kept twice without a name, and readable now.
  await live.rows(`delete from supplier_events where raw is not null`);
  const late = JSON.stringify(act('N-2'));
  await park(live, late, { streamSequence: 8 });
  await park(live, late, { streamSequence: 9 });
  expect(await replayed(live)).toEqual({ applied: 1, repeated: 1 });
  expect(await acts(live)).toEqual([{ n: 2, of: 2 }]);
  expect(await live.rows(`select count(*)::int as n from supplier_events`)).toEqual([{ n: 2 }]);
});

test('over the bus: what the database can never keep is put aside at once', async () => {
  await using live = await ordersBesideIntegrations();
  const bad = supplierEvent('push.accepted', 'O-\0', { round: 1, retailOrderNo: null });
  await live.publish('push.accepted', JSON.stringify(bad));
  await live.publish('staff.acted', JSON.stringify(act('N-1')));
  await expect.poll(() => acts(live)).toEqual([{ n: 1, of: 1 }]);
  await expect
    .poll(() => live.rows(`select event_id, subject, deliveries from supplier_events where raw is not null`))
    .toEqual([{ event_id: bad.id, subject: 'O-\u2400', deliveries: 1 }]);
});

test('at the start of the service, and by command', async () => {
  await using live = await ordersBesideIntegrations();
  await park(live, ofTomorrow('N-1'));
  await fix(live);
  await replayAtStart(
    live.context,
    replayUnread(live.context, { dryRun: false, signal: new AbortController().signal }),
  );
  expect(await acts(live)).toEqual([{ n: 1, of: 1 }]);

  const { databaseUrl } = live.context.config;
  await park(live, ofTomorrow('N-2'), { streamSequence: 2, deliveries: 2 });
  expect(await command(['replay-unread'], databaseUrl)).toMatchObject({
    code: 1,
    lines: [
      expect.stringMatching(
        /^[0-9a-f-]{36} {2}staff\.acted - {2}2 deliveries {2}still cannot be read: type: none of those known$/,
      ),
      'applied 0, applied before 0, failed 0, still unread 1',
    ],
  });
  await fix(live);
  expect((await command(['replay-unread', '--dry-run'], databaseUrl)).lines.at(-1)).toBe(
    'dry run, nothing was changed: can be read 1, still unread 0',
  );
  expect(await acts(live)).toEqual([{ n: 1, of: 1 }]);
  expect(await command(['replay-unread'], databaseUrl)).toMatchObject({
    code: 0,
    lines: [expect.stringMatching(/ applied$/), 'applied 1, applied before 0, failed 0, still unread 0'],
  });
  expect(await acts(live)).toEqual([{ n: 2, of: 2 }]);
  expect(await command(['replay-unread', '--all'], databaseUrl)).toMatchObject({ code: 2 });
}, 60_000);

function command(args: readonly string[], databaseUrl: string): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/command.ts'), ...args], {
    env: { PATH: process.env['PATH'], APP_PROFILE: 'test', DATABASE_URL: databaseUrl },
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, lines: out.trimEnd().split('\n') })));
}
