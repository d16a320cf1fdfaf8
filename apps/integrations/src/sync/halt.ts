import { setTimeout as delay } from 'node:timers/promises';
import type { SupplierAnswer } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';

/** Why a run ends before everything is done. */
export type HaltReason =
  /** A person asked for it. */
  | { readonly kind: 'cancelled' }
  /** Nothing more can be had: the text says why. */
  | { readonly kind: 'stopped'; readonly why: Text }
  /** Another process goes on with it, now or later. */
  | { readonly kind: 'left' };

/** The end of a run's work, as everything that works on it hears of it. */
export type Halt = {
  readonly signal: AbortSignal;
  /** The first reason counts. */
  readonly call: (reason: HaltReason) => void;
  readonly reason: () => HaltReason | undefined;
};

/** `stopping` aborts when the service goes down. */
export function makeHalt(stopping: AbortSignal): Halt {
  const own = new AbortController();
  let reason: HaltReason | undefined;
  const signal = AbortSignal.any([stopping, own.signal]);
  return {
    signal,
    call: (given) => {
      reason ??= given;
      own.abort();
    },
    reason: () => reason ?? (stopping.aborted ? { kind: 'left' } : undefined),
  };
}

/** What is left of an answer when trying again was no use. */
export type Told<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: Text };

/** Longest pause that a platform gets which asks for patience. */
const PATIENCE_MS = 60_000;

/**
 * Asks, and again after each of these pauses while no answer comes; the client has tried three times each time. A login
 * that fails ends the run (R110), the second time: a token may be revoked while many calls use it. So does a
 * configuration that is missing. Undefined when the run was halted meanwhile.
 */
export async function askPatiently<T>(
  ask: () => Promise<SupplierAnswer<T>>,
  pausesMs: readonly number[],
  halt: Halt,
): Promise<Told<T> | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    if (halt.signal.aborted) return undefined;
    const answer = await ask();
    if (answer.outcome === 'answered') return { ok: true, value: answer.value };
    const why = answer.outcome === 'refused' ? answer.why : undefined;
    if (why === 'not_configured' || (why === 'authentication' && attempt > 0))
      halt.call({ kind: 'stopped', why: answer.detail });
    if (halt.signal.aborted) return undefined;
    const pauseMs = pausesMs[attempt];
    if (pauseMs === undefined || (why && why !== 'authentication')) return { ok: false, why: answer.detail };
    const askedForMs = answer.outcome === 'not_sent' ? (answer.retryAfterMs ?? 0) : 0;
    await pause(Math.max(pauseMs, Math.min(askedForMs, PATIENCE_MS)), halt.signal);
  }
}

/** Waits, or less when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
