import { parseArgs } from 'node:util';
import type { Difference } from '@orderbridge/contracts/integrations-api';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import { DomainError } from '@orderbridge/service-kit/api-errors';
import { type ExitCode, UsageError } from '@orderbridge/service-kit/command-line';
import { textTable } from '@orderbridge/service-kit/text-table';
import { type ReconcileOptions, type ReconcileResult, runReconcile } from '../reconcile/run-reconcile.ts';
import type { Command, CommandSite } from './command.ts';

const LIMIT_MAX = 10_000;
const LIMIT_DEFAULT = 1_000;

type Asked = Pick<ReconcileOptions, 'dryRun' | 'orderNumber' | 'limit'>;

/** Compares us, YLH and the payments, and settles what is certain (R79); a line per difference, then a summary. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: 'compares orders, YLH and payments, and settles each difference that is certain by its own verb',
  options: [
    ['--dry-run', 'only list the differences: nothing is changed'],
    ['--order N', 'only the order of this number'],
    ['--limit N', `look at N orders at the most, 1 to ${LIMIT_MAX}; default ${LIMIT_DEFAULT}`],
  ],
  read: (args) => {
    const asked = readOptions(args);
    return (site) => run(site, asked);
  },
};

function readOptions(args: string[]): Asked {
  let values: { 'dry-run'?: boolean | undefined; order?: string | undefined; limit?: string | undefined };
  try {
    ({ values } = parseArgs({
      args,
      options: { 'dry-run': { type: 'boolean' }, order: { type: 'string' }, limit: { type: 'string' } },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  const { 'dry-run': dryRun = false, order, limit = String(LIMIT_DEFAULT) } = values;
  if (!/^\d{1,5}$/.test(limit) || Number(limit) < 1 || Number(limit) > LIMIT_MAX)
    throw new UsageError(`--limit takes a whole number from 1 to ${LIMIT_MAX}, not "${limit}"`);
  if (order !== undefined && !/^[\x21-\x7e]{1,100}$/.test(order))
    throw new UsageError(`--order takes an order number, not "${order}"`);
  return { dryRun, orderNumber: order, limit: Number(limit) };
}

async function run(site: CommandSite, asked: Asked): Promise<ExitCode> {
  const { terminal, stopping } = site;
  let result: ReconcileResult;
  try {
    result = await runReconcile(site, {
      ...asked,
      signal: stopping,
      onChecked: (count) => terminal.progress(`${count} orders checked`),
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    terminal.say(`${error.messageEn} (${error.message})`);
    return 1;
  }
  const { differences } = result;
  const rows = differences.map((one) => [
    one.orderNumber,
    one.kind,
    `${one.local.status} / ${one.local.haierStatus}`,
    ylhSays(one),
    `+${formatYuan(one.payment.receivedFen)} -${formatYuan(one.payment.returnedFen)}`,
    whatWasDone(one, asked.dryRun),
  ]);
  if (rows.length > 0)
    for (const line of textTable(['order', 'difference', 'here', 'YLH', 'money', 'what was done'], rows))
      terminal.say(line);
  sayTheRest(result, { terminal, asked });
  if (stopping.aborted) terminal.say('ended early: run it again for the rest');
  const isAllWell = differences.every(({ repaired }) => repaired) && result.ylhProblem === null && !stopping.aborted;
  return isAllWell ? 0 : 1;
}

function sayTheRest(
  { checked, differences, truncated, ylhProblemEn }: ReconcileResult,
  { terminal, asked }: Pick<CommandSite, 'terminal'> & { asked: Asked },
): void {
  const count = (is: (one: Difference) => boolean) => differences.filter(is).length;
  const parts = [
    `checked ${checked}`,
    `differences ${differences.length}`,
    ...(asked.dryRun
      ? [`can be repaired ${count(({ repair }) => repair !== null)}`]
      : [`repaired ${count(({ repaired }) => repaired)}`, `failed ${count(({ problem }) => problem !== null)}`]),
    `for a person ${count(({ repair }) => repair === null)}`,
  ];
  terminal.say(`${asked.dryRun ? 'dry run, nothing was changed: ' : ''}${parts.join(', ')}`);
  if (ylhProblemEn !== null) terminal.say(`YLH could not be asked for parcels: ${ylhProblemEn}`);
  if (truncated) terminal.say(`there are more orders than --limit ${asked.limit}`);
}

const ylhSays = ({ ylh: { job, parcels } }: Difference): string =>
  [...(job ? [`${job.kind} ${job.state}`] : []), ...(parcels === null ? [] : [`parcels ${parcels}`])].join(', ') || '-';

function whatWasDone({ repair, repaired, problemEn, detailEn }: Difference, dryRun: boolean): string {
  if (problemEn !== null) return `${repair} failed: ${problemEn}`;
  if (repaired) return `repaired by ${repair}`;
  if (repair === null) return `for a person: ${detailEn}`;
  return dryRun ? `would be repaired by ${repair}` : `not tried: ${repair}`;
}
