import type { sessionApi } from '@orderbridge/contracts/staff-api';
import type { z } from 'zod';
import { NotAllowed, NotFound } from '../errors.ts';
import { transact, type Tx } from '../transaction.ts';
import type { StaffContext } from './create-staff.ts';
import type { StaffPrincipal } from './principal.ts';
import { requireFresh } from './require-fresh.ts';

type Kill = z.output<typeof sessionApi.kill.input>;
type Chosen = { id: string; username: string };

/**
 * Ends sessions at once, open streams included: one's own always, those of others with `sessions.manage` (ASVS 5.0
 * V7.4.5, V7.5.2). Every one but the session that asks needs a fresh password check. Answers how many ended.
 * @throws NotAllowed, StepUpRequired
 * @throws NotFound for a session that does not exist or is not the caller's to see
 */
export async function killSession(
  context: StaffContext & { readonly principal: StaffPrincipal },
  kill: Kill,
): Promise<number> {
  const { principal } = context;
  const managesAll = principal.permissions.includes('sessions.manage');
  if ('username' in kill && kill.username !== principal.name && !managesAll) throw new NotAllowed();
  if ('everybody' in kill && !managesAll) throw new NotAllowed();

  return transact(context, async (tx) => {
    const chosen = await choose(tx, kill, principal);
    if ('id' in kill && !chosen.some(({ username }) => managesAll || username === principal.name))
      throw new NotFound('没有这个会话，可能已经结束', 'There is no such session; it may have ended already');
    if (!chosen.every(({ id }) => Number(id) === principal.sessionId)) requireFresh(context);
    if (chosen.length === 0) return 0;
    await tx.em.execute(`delete from staff_sessions where id in (?)`, [chosen.map(({ id }) => id)], 'run');
    for (const [username, sessions] of Map.groupBy(chosen, (session) => session.username))
      tx.audit.push({
        at: context.now(),
        actor: context.by,
        action: 'sessions_ended',
        resource_type: 'staff',
        resource_id: username,
        detail: { ended: sessions.length },
      });
    return chosen.length;
  });
}

function choose({ em }: Tx, kill: Kill, { sessionId }: StaffPrincipal): Promise<Chosen[]> {
  const [where, params] =
    'id' in kill
      ? ['s.public_id = ?', [kill.id]]
      : 'username' in kill
        ? ['m.username = ?', [kill.username]]
        : ['true', []];
  const spared = 'id' in kill || !kill.exceptCurrent ? 0 : sessionId;
  return em.execute<Chosen[]>(
    `select s.id, m.username from staff_sessions s join staff m on m.id = s.staff_id
      where ${where} and s.id <> ? order by s.id for update of s`,
    [...params, spared],
  );
}
