import type { Permission, StaffRole } from '@orderbridge/contracts/permissions';

/** A signed-in person, by the session that the request came with. */
export type StaffPrincipal = {
  readonly kind: 'staff';
  readonly name: string;
  readonly staffId: number;
  readonly displayName: string;
  readonly role: StaffRole;
  readonly permissions: readonly Permission[];
  readonly sessionId: number;
  readonly expiresAt: Date;
  /** When the password was checked last in this session. */
  readonly authenticatedAt: Date;
};

/** The name of the shop that acts for buyers; no token and no person has it. */
export const STOREFRONT = 'storefront';

/** A program with a bearer token. */
export type MachinePrincipal = {
  readonly kind: 'machine';
  /** `storefront`, or `token:<name>`, so that no token can pass for a person or for the system. */
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** The row of its token; the storefront's stands in the settings. */
  readonly tokenId?: number;
};

/** Who asks, and what they may do. */
export type Principal = StaffPrincipal | MachinePrincipal;

/** How a principal is written in history and audit: `staff:<username>` or the machine's name. */
export const actorOf = (principal: Principal): string =>
  principal.kind === 'staff' ? `staff:${principal.name}` : principal.name;
