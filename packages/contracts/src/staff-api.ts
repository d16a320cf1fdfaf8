import { z } from 'zod';
import { PERMISSIONS, STAFF_ROLES, TOKEN_SCOPES } from './permissions.ts';
import { Instant, line, page, paging, searched } from './primitives.ts';

export const StaffRole = z.enum(STAFF_ROLES);

/** Who is signed in, and what they may do. */
export const StaffSession = z.object({
  username: z.string(),
  displayName: z.string(),
  role: StaffRole,
  permissions: z.array(z.enum(PERMISSIONS)),
  expiresAt: Instant,
  /** Until then, what needs a fresh password check is open; null when it is over. */
  freshUntil: Instant.nullable(),
});
export type StaffSession = z.infer<typeof StaffSession>;

/** A signed-in browser, as lists show it. */
export const SessionItem = z.object({
  id: z.uuid(),
  username: z.string(),
  source: z.string(),
  /** What the browser calls itself, shortened. */
  userAgent: z.string().nullable(),
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
  /** The one that asks. */
  isCurrent: z.boolean(),
});
export type SessionItem = z.infer<typeof SessionItem>;

const password = z.string().min(1).max(200);
/** At least 12 characters, as ASVS 5.0 V6.2.1 advises for a single factor; nothing else is demanded of it. */
const newPassword = z.string().min(12, 'has fewer than 12 characters').max(200);

export const sessionApi = {
  signIn: { input: z.strictObject({ username: line(100), password }), output: StaffSession },
  /** Who is signed in; null when nobody is. */
  current: { input: z.void(), output: StaffSession.nullable() },
  /** Checks the password again: a new session token, and five minutes for what needs a fresh check. */
  stepUp: { input: z.strictObject({ password }), output: StaffSession },
  signOut: { input: z.void(), output: z.object({ signedOut: z.boolean() }) },
  /** One's own sessions; with `sessions.manage` those of everybody. */
  list: {
    input: z.strictObject({ username: searched(100).optional() }).prefault({}),
    output: z.object({ items: z.array(SessionItem) }),
  },
  /**
   * Ends one session, all of an account or all of everybody, `exceptCurrent` the one that asks. One's own always, others
   * with `sessions.manage`; every one but the session that asks needs a fresh password check.
   */
  kill: {
    input: z.union([
      z.strictObject({ id: z.uuid() }),
      z.strictObject({ username: line(100), exceptCurrent: z.boolean().optional() }),
      z.strictObject({ everybody: z.literal(true), exceptCurrent: z.boolean().optional() }),
    ]),
    output: z.object({ ended: z.number().int() }),
  },
} as const;

export const StaffView = z.object({
  username: z.string(),
  displayName: z.string(),
  role: StaffRole,
  isActive: z.boolean(),
  createdAt: Instant,
  lastSeenAt: Instant.nullable(),
  sessions: z.number().int(),
});
export type StaffView = z.infer<typeof StaffView>;

const username = z.string().regex(/^[a-zA-Z][\w.-]{1,49}$/, 'is no user name: a letter, then letters, digits, . _ -');

export const staffApi = {
  list: { input: z.strictObject({ ...paging }).prefault({}), output: page(StaffView) },
  create: {
    input: z.strictObject({ username, displayName: line(100), role: StaffRole, password: newPassword }),
    output: StaffView,
  },
  /** A new password, another role or switching off ends the account's sessions at once. The last active admin stays one. */
  update: {
    input: z.strictObject({
      username: line(100),
      displayName: line(100).optional(),
      role: StaffRole.optional(),
      isActive: z.boolean().optional(),
      password: newPassword.optional(),
    }),
    output: StaffView,
  },
  /** Only an account that never did anything; others are switched off (R161). */
  remove: {
    input: z.strictObject({ username: line(100) }),
    output: z.object({ removed: z.boolean() }),
  },
} as const;

/** A machine's bearer token; the token itself is shown once, when it is made. */
export const TokenView = z.object({
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.enum(PERMISSIONS)),
  createdBy: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
});
export type TokenView = z.infer<typeof TokenView>;

export const tokenApi = {
  list: { input: z.strictObject({ ...paging }).prefault({}), output: page(TokenView) },
  create: {
    input: z.strictObject({
      name: line(60),
      scopes: z.array(z.enum(TOKEN_SCOPES)).min(1),
      expiresInDays: z.number().int().min(1).max(3_650).optional(),
    }),
    output: TokenView.extend({ token: z.string() }),
  },
  revoke: { input: z.strictObject({ id: z.uuid() }), output: TokenView },
} as const;
