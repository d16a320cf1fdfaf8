import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { recordDoneVerb, recordRefusedVerb, type TriedVerb } from '../audit/record-verb.ts';
import type { OrdersContext } from '../context.ts';
import { DomainError, Refused } from '../errors.ts';
import { actorOf, type Principal } from '../staff/principal.ts';
import type { AuditRow } from '../transaction.ts';

type Call = {
  readonly ctx: OrdersContext & { readonly principal: Principal | undefined; readonly requestId: string };
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly getRawInput: () => Promise<unknown>;
};
type Result = { readonly ok: true } | { readonly ok: false; readonly error: TRPCError };

/**
 * Sees to it that the audit knows of every mutation that a signed-in person or a token tried. One that was refused
 * leaves `admin_action_refused`. One that a person did leaves `admin_action`, unless a transaction of it wrote a row
 * that names that person: verbs that change something do, in the same transaction, so the row made here stands for
 * those that found nothing to change, and for the saved views, of which no more is to be told. Signing in is left out;
 * it has a row of its own, and what is typed there may be a password. A row that cannot be written is logged and
 * changes no answer.
 */
export async function auditVerb<R extends Result>(
  { ctx, path, type, getRawInput }: Call,
  run: (onAudited: (rows: readonly AuditRow[]) => void) => Promise<R>,
): Promise<R> {
  const { principal } = ctx;
  if (type !== 'mutation' || !principal || path === 'session.signIn') return run(() => {});
  const actor = actorOf(principal);
  let named = false;
  const result = await run((rows) => {
    named ||= rows.some((row) => row.actor === actor);
  });
  const refusal = result.ok ? undefined : refusalIn(result.error);
  if (!refusal && !(result.ok && principal.kind === 'staff' && !named)) return result;
  try {
    const input = await getRawInput().catch(() => undefined);
    const verb: TriedVerb = { principal, procedure: path, input, requestId: ctx.requestId };
    await (refusal ? recordRefusedVerb(ctx, verb, refusal) : recordDoneVerb(ctx, verb));
  } catch (error) {
    ctx.log.warn('verb not audited', { procedure: path, actor, requestId: ctx.requestId }, error);
  }
  return result;
}

/** What was refused and why; undefined for what went wrong on our side. */
function refusalIn({
  code,
  cause,
}: TRPCError): { errorCode: ErrorCode; message: string; messageEn: string } | undefined {
  if (cause instanceof Refused && cause.inWords !== undefined)
    return { errorCode: cause.code, message: cause.inWords, messageEn: cause.messageEn };
  if (cause instanceof DomainError)
    return { errorCode: cause.code, message: cause.message, messageEn: cause.messageEn };
  if (code !== 'BAD_REQUEST') return undefined;
  // Paths and kinds of the problems; the texts could repeat what was typed.
  const problems =
    cause instanceof z.core.$ZodError
      ? cause.issues.map((issue) => `${issue.path.join('.') || '-'}: ${issue.code}`)
      : [];
  const listed = problems.join('; ');
  return { errorCode: 'BAD_INPUT', message: `输入有误：${listed}`, messageEn: `The input is wrong: ${listed}` };
}
