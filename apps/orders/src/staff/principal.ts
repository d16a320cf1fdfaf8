import type { Permission, StaffRole } from '@orderbridge/contracts/permissions';

/** Who asks: a signed-in person or a machine with a bearer token, and what they may do. */
export type Principal =
  | {
      readonly kind: 'staff';
      readonly name: string;
      readonly displayName: string;
      readonly role: StaffRole;
      readonly permissions: readonly Permission[];
      readonly sessionId: number;
      readonly expiresAt: Date;
    }
  | { readonly kind: 'machine'; readonly name: string; readonly permissions: readonly Permission[] };

/** How a principal is written in history and audit: `staff:<username>` or the machine's name. */
export const actorOf = (principal: Principal): string =>
  principal.kind === 'staff' ? `staff:${principal.name}` : principal.name;
