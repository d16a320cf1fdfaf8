import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { SupplierRefusal } from '@orderbridge/contracts/supplier-events';
import { recordEvent } from '../outbox/record-event.ts';
import type { CreateAnswer, SupplierAnswer } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';
import type { Claim } from './claim-jobs.ts';
import { isOverdue, nextAttemptAt, TRIES_MAX } from './job-schedule.ts';
import { changeJob, type HeldJob, holdJob } from './hold-job.ts';
import { type AttemptRecord, recordAttempt } from './record-attempt.ts';
import { recordPush } from './record-push.ts';

/** What the platform, or the way there, made of an attempt. */
export type Attempt =
  | Exclude<SupplierAnswer<CreateAnswer>, { outcome: 'not_sent' }>
  | (Extract<SupplierAnswer<unknown>, { outcome: 'not_sent' }> & {
      /** Whether the attempt ended before the call was begun, so that it is not counted yet. */
      readonly uncalled?: boolean;
    });

/** What became of the job; `held_back` when it waits because no call could be made, `stale` when somebody else holds or has ended it. */
export type Ended = 'done' | 'refused' | 'gave_up' | 'waiting' | 'held_back' | 'stale';

/** The call behind an attempt, for the log of attempts; without it nothing was called. */
export type MadeCall = Pick<AttemptRecord, 'no' | 'startedAt' | 'exchange'>;

/**
 * Writes how an attempt ended and what its call was, and tells orders when that is the end of the job (design.md §6). A
 * success counts whoever made the call; everything else is the business of the newest holder.
 */
export async function endAttempt(
  tx: Tx,
  claim: Claim,
  attempt: Attempt,
  now: Date,
  call?: MadeCall & { readonly isGuess?: boolean },
): Promise<Ended> {
  const held = await holdJob(tx, claim);
  if (!held) return 'stale';
  const ended = await endHeld(tx, claim, held, attempt, now);
  // What is held back is not counted among the attempts either.
  if (call && ended !== 'held_back' && !(ended === 'stale' && isHeldBack(attempt))) {
    const outcome = attempt.outcome === 'answered' || successOf(claim, attempt) ? 'done' : attempt.outcome;
    const detail = attempt.outcome === 'answered' ? null : fitText(attempt.detail);
    await recordAttempt(tx, held.id, { ...call, outcome, detail }, now, call);
  }
  return ended;
}

async function endHeld(tx: Tx, claim: Claim, held: HeldJob, attempt: Attempt, now: Date): Promise<Ended> {
  const isOver = held.state === 'done' || held.state === 'refused' || held.state === 'gave_up';
  const isMine = held.state === 'running' && held.leaseNo === claim.leaseNo;
  const success = successOf(claim, attempt);
  if (success && !isOver) return endDone(tx, held, success, now);
  if (!isMine || attempt.outcome === 'answered') return 'stale';
  if (attempt.outcome === 'refused') return endRefused(tx, claim, held, attempt, now);
  if (isHeldBack(attempt) && !isOverdue(now, held)) return holdBack(tx, claim, held, attempt, now);
  return planNext(tx, claim, held, attempt, now);
}

const isHeldBack = (attempt: Attempt): attempt is Extract<Attempt, { outcome: 'not_sent' }> =>
  attempt.outcome === 'not_sent' && attempt.isHeldBack === true;

/** The same request sent before, and now refused as a repetition: the first one got through (R19). */
function successOf({ outcomeUnknown }: Claim, attempt: Attempt): CreateAnswer | undefined {
  if (attempt.outcome === 'answered') return attempt.value;
  return attempt.outcome === 'refused' && attempt.duplicate && outcomeUnknown ? { retailOrderNo: null } : undefined;
}

async function endDone(
  tx: Tx,
  held: HeldJob,
  { retailOrderNo, confirmation }: CreateAnswer,
  now: Date,
): Promise<'done'> {
  await changeJob(tx, held, now, { state: 'done', outcomeUnknown: false, lastOutcome: 'done', detail: null });
  const { kind, orderNumber, round } = held;
  if (kind === 'push')
    recordEvent(tx, now, 'push.accepted', orderNumber, {
      round,
      retailOrderNo: fit(retailOrderNo),
      ...(confirmation && { confirmation: { detail: confirmation.zh, detailEn: confirmation.en } }),
    });
  else recordEvent(tx, now, 'cancel.accepted', orderNumber, { round });
  await recordPush(tx, held, true, confirmation ?? ACCEPTED, now);
  return 'done';
}

async function endRefused(
  tx: Tx,
  { outcomeUnknown }: Claim,
  held: HeldJob,
  { why, detail }: { why: SupplierRefusal; detail: Text },
  now: Date,
): Promise<'refused'> {
  const told = fitText(detail);
  // A refusal says nothing of an earlier call that may have arrived.
  await changeJob(tx, held, now, { state: 'refused', outcomeUnknown, lastOutcome: 'refused', detail: told });
  await tellRefusal(tx, held, why, told, now);
  return 'refused';
}

/** No call was made, so none is counted: a platform that recovers is called again by the same step of the schedule. */
async function holdBack(
  tx: Tx,
  { outcomeUnknown }: Claim,
  held: HeldJob,
  { retryAfterMs, detail }: Extract<Attempt, { outcome: 'not_sent' }>,
  now: Date,
): Promise<'held_back'> {
  await changeJob(tx, held, now, {
    state: held.batchPaused && !outcomeUnknown ? 'paused' : 'waiting',
    attempts: held.attempts - 1,
    tries: held.tries - 1,
    nextAttemptAt: nextAttemptAt(now, { key: held.key, tries: 1 }, retryAfterMs),
    outcomeUnknown,
    lastOutcome: 'not_sent',
    detail: fitText(detail),
  });
  return 'held_back';
}

async function planNext(
  tx: Tx,
  claim: Claim,
  held: HeldJob,
  attempt: Extract<Attempt, { outcome: 'not_sent' | 'uncertain' }>,
  now: Date,
): Promise<'waiting' | 'gave_up'> {
  const isUncertain = attempt.outcome === 'uncertain';
  const tries = held.tries + (!isUncertain && attempt.uncalled ? 1 : 0);
  const outcomeUnknown = isUncertain || claim.outcomeUnknown;
  const ended = { tries, outcomeUnknown, lastOutcome: attempt.outcome };
  if (tries >= TRIES_MAX) {
    const detail = gaveUp(held.kind, tries, outcomeUnknown, attempt.detail);
    await changeJob(tx, held, now, { ...ended, state: 'gave_up', detail });
    await tellRefusal(tx, held, 'gave_up', detail, now);
    return 'gave_up';
  }
  await changeJob(tx, held, now, {
    ...ended,
    // What may have arrived is followed up even while its batch rests: only what was not sent is held back.
    state: held.batchPaused && !outcomeUnknown ? 'paused' : 'waiting',
    nextAttemptAt: nextAttemptAt(now, { key: held.key, tries }, attempt.retryAfterMs),
    detail: fitText(attempt.detail),
  });
  return 'waiting';
}

async function tellRefusal(
  tx: Tx,
  held: HeldJob,
  why: SupplierRefusal,
  { zh: detail, en: detailEn }: Text,
  now: Date,
): Promise<void> {
  const type = held.kind === 'push' ? 'push.refused' : 'cancel.refused';
  recordEvent(tx, now, type, held.orderNumber, { round: held.round, why, detail, detailEn });
  await recordPush(tx, held, false, { zh: detail, en: detailEn }, now);
}

const ACCEPTED: Text = { zh: '易理货已受理，等待回调确认', en: 'YLH has taken it; its confirmation comes by callback' };

const DO: Readonly<Record<JobView['kind'], Text>> = {
  push: { zh: '推送', en: 'push' },
  cancel: { zh: '取消', en: 'cancellation' },
};

const gaveUp = (kind: JobView['kind'], tries: number, outcomeUnknown: boolean, last: Text): Text =>
  fitText({
    zh: `${DO[kind].zh}尝试 ${tries} 次仍无结果${outcomeUnknown ? '，请求可能已被受理，请先向易理货核实' : ''}：${last.zh}`,
    en: `No result after ${tries} tries of the ${DO[kind].en}${outcomeUnknown ? '; a request may have been accepted, so check with YLH first' : ''}: ${last.en}`,
  });

const TEXT_MAX = 500;

// The platform's words are cut to what an event carries; PostgreSQL keeps neither NUL nor half a character.
const fitLine = (text: string) => text.slice(0, TEXT_MAX).replaceAll('\0', '\u2400').toWellFormed();
const fit = (text: string | null) => text && fitLine(text);
const fitText = ({ zh, en }: Text): Text => ({ zh: fitLine(zh), en: fitLine(en) });
