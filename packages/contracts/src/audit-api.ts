import { z } from 'zod';
import { Instant, page, searched, sortedPaging, TIME_SORTS } from './primitives.ts';

export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  /** `system`, `callback:<provider>`, `staff:<username>` or a machine's name. */
  actor: z.string(),
  action: z.string(),
  resourceType: z.string(),
  resourceId: z.string(),
  detail: z.record(z.string(), z.unknown()),
  /** Whether the entry is already part of the chain; the newest ones are about to be. */
  sealed: z.boolean(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** What a walk along the audit chain found. */
export const AuditVerification = z.object({
  ok: z.boolean(),
  /** Entries whose seal was computed anew. */
  checked: z.number().int(),
  /** Newest entries that have no seal yet. */
  unsealed: z.number().int(),
  /** Seal of the newest entry, hex: write it down elsewhere, and nobody can shorten the chain unseen. */
  head: z.string().nullable(),
  /** The first places where the chain does not hold, at most 20. */
  broken: z.array(
    z.object({
      sealNo: z.string(),
      entryId: z.string(),
      problem: z.enum(['altered', 'deleted', 'out_of_place', 'unsealed_for_long']),
    }),
  ),
});
export type AuditVerification = z.infer<typeof AuditVerification>;

export const auditApi = {
  /** Newest first unless `sort` says otherwise. */
  list: {
    input: z
      .strictObject({
        actor: searched(100).optional(),
        action: searched(60).optional(),
        resourceType: searched(40).optional(),
        resourceId: searched(100).optional(),
        from: Instant.optional(),
        to: Instant.optional(),
        ...sortedPaging(TIME_SORTS),
      })
      .prefault({}),
    output: page(AuditEntry),
  },
  get: { input: z.strictObject({ id: z.string().regex(/^[1-9]\d{0,17}$/) }), output: AuditEntry },
  verify: { input: z.void(), output: AuditVerification },
} as const;
