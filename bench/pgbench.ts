import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OrderRange } from './confirm-callbacks.ts';

const run = promisify(execFile);

/** Version line of pgbench on PATH; undefined when there is none. */
export async function findPgbench(): Promise<string | undefined> {
  try {
    return (await run('pgbench', ['--version'])).stdout.trim();
  } catch {
    return undefined;
  }
}

/** Transactions per second of the statements of sql-load.ts, sent by pgbench: no JavaScript on this side. */
export async function runPgbench({ databaseUrl, orders, lanes, windowMs, dir }: PgbenchJob): Promise<number> {
  const script = join(dir, 'confirm.pgbench.sql');
  await writeFile(script, CONFIRM_SCRIPT);
  const seconds = Math.max(1, Math.round(windowMs / 1_000));
  const definitions = Object.entries({ clients: lanes, prefix: orders.prefix, i: -1 }).flatMap(([name, value]) => [
    '-D',
    `${name}=${value}`,
  ]);
  const { stdout } = await run(
    'pgbench',
    [
      '-n',
      '-M',
      'prepared',
      '-c',
      `${lanes}`,
      '-j',
      '2',
      '-T',
      `${seconds}`,
      '-f',
      script,
      ...definitions,
      databaseUrl,
    ],
    { env: { ...process.env, PGOPTIONS: '-c search_path=orders' } },
  ).catch(({ stderr }: { stderr: string }) => {
    // Every client complains; the first complaint says it all, and the command line holds the password.
    throw new Error(`pgbench: ${stderr.split('\n', 1)[0]}`);
  });
  const rate = /tps = ([\d.]+)/.exec(stdout)?.[1];
  if (rate === undefined) throw new Error(`pgbench printed no rate:\n${stdout}`);
  return Number(rate);
}
type PgbenchJob = { databaseUrl: string; orders: OrderRange; lanes: number; windowMs: number; dir: string };

// Variables live as long as a client, so that every client walks over orders of its own. pgbench takes a colon before
// a letter or digit for a variable, inside quotes too: hence concat_ws.
const CONFIRM_SCRIPT = String.raw`
\set i :i + 1
\set n :client_id + :i * :clients
begin;
select id as order_id from orders where order_number = :prefix::text || :n::text for update \gset
insert into callbacks (public_id, provider, transport_key, semantic_key, outcome, detail, method, platform_order_no, order_id,
  secret, source, path, content_type, body, late, received_at, decided_at)
values (gen_random_uuid(), 'haier', concat_ws(chr(58), 'haier', md5(:prefix::text || :n::text)),
  concat_ws(chr(58), 'haier', :order_id::text, '0', 'hmm.scm_heorder.confirm', '1', 'SO', ''), 'applied', '海尔状态 none → confirmed',
  'hmm.scm_heorder.confirm', :prefix::text || :n::text, :order_id::bigint, 'current', '127.0.0.1', '/api/v1/haier/callback/',
  'application/x-www-form-urlencoded', repeat('x', 260), false, now(), now());
update orders set haier_status = 'confirmed', haier_order_no = 'SO.' || :prefix::text || :n::text, haier_fail_message = null
where id = :order_id::bigint;
insert into state_changes (machine, order_id, from_state, to_state, fact, by, callback_id, at)
values ('haier', :order_id::bigint, 'none', 'confirmed', 'order_confirmed', concat_ws(chr(58), 'callback', 'haier'), gen_random_uuid(), now());
insert into audit_entries (at, actor, action, resource_type, resource_id, detail)
values (now(), concat_ws(chr(58), 'callback', 'haier'), 'haier_status_changed', 'order', :prefix::text || :n::text,
  '{"from":"none","to":"confirmed","fact":"order_confirmed"}');
insert into outbox (event_id, type, subject, data, at, sent_at)
values (gen_random_uuid(), 'haier.moved', :prefix::text || :n::text, '{"from":"none","to":"confirmed","fact":"order_confirmed"}', now(), now());
commit;
`;
