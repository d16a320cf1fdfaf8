import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { NotFound, Refused } from '../errors.ts';
import { StaffMember } from '../staff/staff.entity.ts';
import { transact, type TransactContext, type Tx } from '../transaction.ts';
import { resolvedAlready } from './exception-actions.ts';
import { StaffException } from './exception.entity.ts';
import { exceptionItems, type Viewer } from './exception-view.ts';
import { mayOwnCases } from './list-owners.ts';

export type ExceptionContext = TransactContext & {
  readonly now: () => Date;
  readonly by: string;
  readonly permissions: Viewer['permissions'];
};

/**
 * Gives a case to the staff member of that user name, or back to nobody with null.
 * @throws NotFound, Refused (BAD_INPUT for nobody's user name or that of somebody who may not act on cases, CONFLICT for
 *   a resolved case)
 */
export async function assignException(
  context: ExceptionContext,
  { id, owner }: { id: string; owner: string | null },
): Promise<ExceptionItem> {
  return transact(context, async (tx) => {
    const at = context.now();
    const [row] = await tx.em.execute<{ owner: string | null; status: string; resolved_by: string | null }[]>(
      `select owner, status, resolved_by from exceptions where public_id = ? for update`,
      [id],
    );
    if (!row) throw exceptionNotFound();
    if (row.status === 'resolved') {
      const why = resolvedAlready(row.resolved_by);
      throw new Refused('CONFLICT', why.zh, why.en);
    }
    if (owner !== null) await mustTakeCases(tx, owner);
    if (row.owner !== owner) {
      await tx.em.execute(`update exceptions set owner = ? where public_id = ?`, [owner, id], 'run');
      tx.audit.push({
        at,
        actor: context.by,
        action: 'exception_assigned',
        resource_type: 'exception',
        resource_id: id,
        detail: { from: row.owner, to: owner },
      });
    }
    const entry = await tx.em.findOneOrFail(StaffException, { publicId: id });
    const [item] = await exceptionItems(tx.em, [entry], { now: at, permissions: context.permissions, by: context.by });
    return item!;
  });
}

async function mustTakeCases({ em }: Tx, username: string): Promise<void> {
  const member = await em.findOne(StaffMember, { username, isActive: true });
  if (!member)
    throw new Refused(
      'BAD_INPUT',
      `没有名为 ${username} 的在用账号`,
      `There is no active account with the user name ${username}`,
    );
  if (!mayOwnCases(member.role))
    throw new Refused(
      'BAD_INPUT',
      `账号 ${username} 没有处理异常的权限，不能指派给该账号`,
      `The account ${username} may not act on cases, so none can be given to it`,
    );
}

export const exceptionNotFound = () => new NotFound('异常记录不存在', 'There is no such case');
