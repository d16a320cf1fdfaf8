import type { TokenView, tokenApi } from '@orderbridge/contracts/staff-api';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { transact } from '../transaction.ts';
import { hashToken, newSecret } from './bearer-secret.ts';
import type { StaffContext } from './create-staff.ts';
import { BEARER_PREFIX } from './find-token.ts';
import { tokenRows, tokenView } from './token-view.ts';

const DAY_MS = 86_400_000;

/**
 * Makes a bearer token for a machine: 256 random bits, answered once and nowhere kept, only their SHA-256 is.
 * @throws Refused CONFLICT when a token of that name is not revoked: the audit tells machines apart by name
 */
export async function createToken(
  context: StaffContext,
  { name, scopes, expiresInDays }: z.output<typeof tokenApi.create.input>,
): Promise<TokenView & { token: string }> {
  const at = context.now();
  const token = `${BEARER_PREFIX}${newSecret()}`;
  const id = uuidv7(at);
  return transact(context, async (tx) => {
    const made = await tx.em.execute<unknown[]>(
      `insert into api_tokens (public_id, name, token_hash, scopes, created_by, created_at, expires_at)
       values (?, ?, ?, array(select json_array_elements_text(?::json)), ?, ?, ?) on conflict do nothing returning id`,
      [
        id,
        name,
        hashToken(token),
        JSON.stringify([...new Set(scopes)]),
        context.by,
        at,
        expiresInDays === undefined ? null : new Date(at.getTime() + expiresInDays * DAY_MS),
      ],
    );
    if (made.length === 0)
      throw new Refused(
        'CONFLICT',
        `名为 ${name} 的令牌还在使用，请换一个名称或先吊销它`,
        `A token named ${name} is in use; choose another name or revoke it first`,
      );
    tx.audit.push({
      at,
      actor: context.by,
      action: 'token_created',
      resource_type: 'token',
      resource_id: id,
      detail: { name, scopes, expiresInDays: expiresInDays ?? null },
    });
    const [row] = await tokenRows(tx.em, { where: 'public_id = ?', params: [id], limit: 1 });
    return { ...tokenView(row!), token };
  });
}
