import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Payment } from './payment.entity.ts';

/** How long after the end of its window a payment that its provider says nothing of keeps an order waiting (R85). */
export const GRACE_MS = 30 * 60_000;

/** Who takes up a payment to ask about it has this long; then another may. */
export const ASK_LEASE_MS = 120_000;

const ASK_AFTER_MS = [1, 3, 8, 18, 48].map((minutes) => minutes * 60_000);
const ASK_EVERY_MS = 30 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;

/**
 * When to ask again: 1, 2, 5, 10 and then every 30 minutes apart, counted from the opening, from the end of its
 * window, or from when we closed it. Null after a day: the provider was told the same end and takes no money then.
 */
export function nextAskAt(payment: Pick<Payment, 'status' | 'createdAt' | 'updatedAt' | 'expiresAt'>, now: Date) {
  const since = isOpen(payment) ? (now > payment.expiresAt ? payment.expiresAt : payment.createdAt) : payment.updatedAt;
  const ageMs = now.getTime() - since.getTime();
  if (ageMs > GIVE_UP_AFTER_MS && now > payment.expiresAt) return null;
  const next = ASK_AFTER_MS.find((afterMs) => afterMs > ageMs);
  return new Date(next === undefined ? now.getTime() + ASK_EVERY_MS : since.getTime() + next);
}

/** Whether a payment still waits for money. */
export const isOpen = ({ status }: Pick<Payment, 'status'>): boolean => status === 'init' || status === 'processing';

/** Notes that a provider was asked and nothing can be concluded from it, or that nothing is left to ask. */
export async function noteAsked(
  em: SqlEntityManager,
  payment: Payment,
  now: Date,
  askAt: Date | null = nextAskAt(payment, now),
): Promise<void> {
  await em.execute(`update payments set asked_at = ?, ask_at = ? where id = ?`, [now, askAt, payment.id], 'run');
}
