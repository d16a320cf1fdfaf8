import type { MikroORM } from '@mikro-orm/postgresql';
import { type Claim, LEASE_MS } from './claim-jobs.ts';

/** Tells the others that the holder of these jobs lives. A lease that somebody else has taken meanwhile stays theirs. */
export async function renewLeases(orm: MikroORM, claims: Iterable<Claim>, now: Date): Promise<void> {
  const held = Array.from(claims, ({ id, leaseNo }) => ({ public_id: id, lease_no: leaseNo }));
  if (held.length === 0) return;
  await orm.em.fork().execute(
    `update jobs j set leased_until = ?
       from json_to_recordset(?::json) as r(public_id uuid, lease_no integer)
      where j.public_id = r.public_id and j.lease_no = r.lease_no and j.state = 'running'`,
    [new Date(now.getTime() + LEASE_MS), JSON.stringify(held)],
    'run',
  );
}
