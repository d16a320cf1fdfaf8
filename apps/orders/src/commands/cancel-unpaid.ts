import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatFen } from '@orderbridge/contracts/money';
import { CANCEL_UNPAID_LOCK } from '../jobs/cancel-unpaid-orders.ts';
import { oneAtATime } from '@orderbridge/service-kit/database/one-at-a-time';
import {
  cancelUnpaidOrders,
  type CancelUnpaidOptions,
  countUnpaidOrders,
  type UnpaidOrder,
  type UnpaidOutcome,
} from '../orders/cancel-unpaid.ts';
import { type Command, type CommandSite, type ExitCode, UsageError } from './command.ts';

const MINUTES_MAX = 100_000;
const OTHERS_MAX_MS = 30_000;
const ASK_AGAIN_MS = 250;

/** Cancels pending orders that were not paid in time (R80, R81); one line per order, then a summary. */
export const cancelUnpaid: Command = {
  name: 'cancel-unpaid',
  summary: 'cancels pending orders whose time to pay is over; payments in progress are asked about first',
  options: [
    ['--timeout-minutes N', `orders placed more than N minutes ago, 1 to ${MINUTES_MAX}; default: each by its own end`],
    ['--dry-run', 'only list them: nothing is changed and no payment provider is asked'],
  ],
  read: (args) => {
    const options = readOptions(args);
    return (site) => (options.dryRun ? run(site, options) : whenAlone(site, (lost) => run(site, options, lost)));
  },
};

function readOptions(args: string[]): Pick<CancelUnpaidOptions, 'timeoutMs' | 'dryRun'> {
  let values: { 'timeout-minutes'?: string | undefined; 'dry-run'?: boolean | undefined };
  try {
    ({ values } = parseArgs({
      args,
      options: { 'timeout-minutes': { type: 'string' }, 'dry-run': { type: 'boolean' } },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  const { 'timeout-minutes': minutes, 'dry-run': dryRun = false } = values;
  if (minutes === undefined) return { timeoutMs: undefined, dryRun };
  if (!/^\d{1,6}$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > MINUTES_MAX)
    throw new UsageError(`--timeout-minutes takes a whole number from 1 to ${MINUTES_MAX}, not "${minutes}"`);
  return { timeoutMs: Number(minutes) * 60_000, dryRun };
}

/** The service cancels every few seconds and is done in a moment: it is waited for. */
async function whenAlone(site: CommandSite, work: (lost: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const deadline = performance.now() + OTHERS_MAX_MS;
  for (;;) {
    const code = await oneAtATime(site.orm, CANCEL_UNPAID_LOCK, work);
    if (code !== undefined) return code;
    if (site.stopping.aborted || performance.now() > deadline) break;
    site.terminal.progress('another process cancels unpaid orders; waiting for it');
    await delay(ASK_AGAIN_MS);
  }
  site.terminal.say(
    'another process has been cancelling unpaid orders all the time: nothing was done, try again later',
  );
  return 1;
}

async function run(
  site: CommandSite,
  { timeoutMs, dryRun = false }: CancelUnpaidOptions,
  lost?: AbortSignal,
): Promise<ExitCode> {
  const { terminal, stopping } = site;
  const startedMs = performance.now();
  const total = await countUnpaidOrders(site, timeoutMs);
  const counts = { cancelled: 0, would_cancel: 0, paid_meanwhile: 0, skipped: 0, failed: 0 };
  let processed = 0;
  const signal = lost ? AbortSignal.any([stopping, lost]) : stopping;
  for await (const result of cancelUnpaidOrders(site, { timeoutMs, dryRun, askAnyway: true, signal })) {
    processed += 1;
    counts[result.outcome] += 1;
    terminal.say(lineOf(result, site.now()));
    terminal.progress(`${processed} of ${Math.max(total, processed)}`);
  }
  const parts = [
    `processed ${processed}`,
    `cancelled ${counts.cancelled}`,
    ...(dryRun ? [`would be cancelled ${counts.would_cancel}`] : []),
    `paid meanwhile ${counts.paid_meanwhile}`,
    `skipped ${counts.skipped}`,
    `errors ${counts.failed}`,
  ];
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  terminal.say(`${dryRun ? 'dry run, nothing was changed: ' : ''}${parts.join(', ')} (${seconds} s)`);
  if (signal.aborted) terminal.say('ended early: run it again for the rest');
  return counts.failed > 0 || signal.aborted ? 1 : 0;
}

function lineOf(result: UnpaidOrder & UnpaidOutcome, now: Date): string {
  const minutes = Math.floor((now.getTime() - result.createdAt.getTime()) / 60_000);
  return `${result.orderNumber}  ${minutes} min old  ${formatFen(result.payableFen)}  ${whatHappened(result)}`;
}

function whatHappened(result: UnpaidOutcome): string {
  switch (result.outcome) {
    case 'cancelled':
      return 'cancelled';
    case 'would_cancel':
      return 'would be cancelled';
    case 'paid_meanwhile':
      return 'paid meanwhile, not cancelled';
    case 'skipped':
      return `skipped: ${result.why.en}`;
    case 'failed':
      return `failed: ${result.error instanceof Error ? result.error.message : String(result.error)}`;
  }
}
