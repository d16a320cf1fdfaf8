import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import { actorOf, type Principal } from '../staff/principal.ts';
import { type AuditRow, transact, type TransactContext } from '../transaction.ts';

export type TriedVerb = {
  readonly principal: Principal;
  /** Name of the procedure, `order.cancel`. */
  readonly procedure: string;
  /** What was sent, unchecked. */
  readonly input: unknown;
  readonly requestId: string;
};

const TEXT_MAX = 200;

/**
 * Leaves the row `admin_action_refused` of a verb that was refused (issue "every refused verb"): who tried what on
 * which resource and why not. Of the input only the resource's public key is kept; a password, a reason or an address
 * never is.
 */
export const recordRefusedVerb = (
  context: TransactContext & { readonly now: () => Date },
  verb: TriedVerb,
  { errorCode, message, messageEn }: { errorCode: ErrorCode; message: string; messageEn: string },
): Promise<void> =>
  write(context, verb, 'admin_action_refused', {
    errorCode,
    message: kept(message),
    messageEn: kept(messageEn),
  });

const kept = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, TEXT_MAX);

/** Leaves the row `admin_action` of a verb that a person did (R153, domain.md §3.12). */
export const recordDoneVerb = (
  context: TransactContext & { readonly now: () => Date },
  verb: TriedVerb,
): Promise<void> =>
  write(context, verb, 'admin_action', verb.principal.kind === 'staff' ? { adminId: verb.principal.staffId } : {});

async function write(
  context: TransactContext & { readonly now: () => Date },
  { principal, procedure, input, requestId }: TriedVerb,
  action: AuditRow['action'],
  detail: object,
): Promise<void> {
  await transact(context, async (tx) => {
    tx.audit.push({
      at: context.now(),
      actor: actorOf(principal),
      action,
      ...resourceOf(procedure, input),
      detail: { procedure, requestId, ...detail },
    });
  });
}

/** Fields that name what a verb is about; `id` is that of the procedure's noun. */
const NAMING_FIELDS = { orderNumber: 'order', username: 'staff', productCode: 'product' } as const;

function resourceOf(procedure: string, input: unknown): Pick<AuditRow, 'resource_type' | 'resource_id'> {
  const noun = procedure.split('.')[0]!;
  const given = (typeof input === 'object' && input !== null ? input : {}) as Readonly<Record<string, unknown>>;
  for (const [field, resource_type] of Object.entries({ ...NAMING_FIELDS, id: noun })) {
    const value = given[field];
    // Keys only: whatever else was typed there may be a name or a phone number.
    if (typeof value === 'string' && /^(?!1\d{10}$)[\w.:-]{1,100}$/.test(value))
      return { resource_type, resource_id: value };
  }
  return { resource_type: noun, resource_id: '-' };
}
