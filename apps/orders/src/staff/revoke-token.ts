import type { TokenView } from '@orderbridge/contracts/staff-api';
import { NotFound } from '../errors.ts';
import { transact } from '../transaction.ts';
import type { StaffContext } from './create-staff.ts';
import { tokenRows, tokenView } from './token-view.ts';

/**
 * Ends a machine's token at once, open streams included; doing it again changes nothing.
 * @throws NotFound
 */
export async function revokeToken(context: StaffContext, { id }: { id: string }): Promise<TokenView> {
  const at = context.now();
  return transact(context, async (tx) => {
    const revoked = await tx.em.execute<{ name: string }[]>(
      `update api_tokens set revoked_at = ? where public_id = ? and revoked_at is null returning name`,
      [at, id],
    );
    const [row] = await tokenRows(tx.em, { where: 'public_id = ?', params: [id], limit: 1 });
    if (!row) throw new NotFound('没有这个令牌', 'There is no such token');
    for (const { name } of revoked)
      tx.audit.push({
        at,
        actor: context.by,
        action: 'token_revoked',
        resource_type: 'token',
        resource_id: id,
        detail: { name },
      });
    return tokenView(row);
  });
}
