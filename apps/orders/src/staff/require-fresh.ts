import { StepUpRequired } from '../errors.ts';
import type { Principal, StaffPrincipal } from './principal.ts';

/** How long a password check opens what needs a fresh one (P15, ASVS 5.0 V7.5.3). */
const FRESH_MS = 5 * 60_000;

/**
 * For what moves money, shows personal data or changes who may do what: a person must have given the password within
 * the last five minutes. A machine has no password to give again; its scopes decide alone.
 * @throws StepUpRequired
 */
export function requireFresh({ principal, now }: { readonly principal: Principal; readonly now: () => Date }): void {
  if (principal.kind === 'staff' && !freshUntil(principal, now())) throw new StepUpRequired();
}

/** Until when that person's password check counts as fresh; undefined when it is over. */
export function freshUntil({ authenticatedAt }: StaffPrincipal, now: Date): Date | undefined {
  const until = new Date(authenticatedAt.getTime() + FRESH_MS);
  return until > now ? until : undefined;
}
