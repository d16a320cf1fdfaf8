import { parseArgs } from 'node:util';
import { verifyAudit } from '../audit/verify-audit.ts';
import { type Command, type CommandSite, type ExitCode, UsageError } from './command.ts';

const PROBLEMS = {
  altered: 'was altered',
  deleted: 'is gone',
  out_of_place: 'stands in the place of another one',
  unsealed_for_long: 'was never sealed',
} as const;

/** Walks the audit chain and says whether it holds (P27); its head is worth writing down elsewhere. */
export const auditVerify: Command = {
  name: 'audit-verify',
  summary: 'walks the audit chain: finds entries that were altered, deleted, moved or never sealed',
  options: [['--head HEX', 'a head printed or logged earlier: is it still part of the chain, or was its end cut off?']],
  read: (args) => {
    const head = readHead(args);
    return (site) => run(site, head);
  },
};

function readHead(args: string[]): string | undefined {
  let head: string | undefined;
  try {
    ({ head } = parseArgs({ args, options: { head: { type: 'string' } } }).values);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head))
    throw new UsageError(`--head takes the 64 hex digits of a seal, not "${head}"`);
  return head?.toLowerCase();
}

async function run({ orm, now, auditChainKey, terminal }: CommandSite, wanted: string | undefined): Promise<ExitCode> {
  const { ok, checked, unsealed, head, broken, wantedFound } = await verifyAudit(orm.em.fork(), {
    key: auditChainKey,
    now: now(),
    ...(wanted !== undefined && { wanted }),
    onProgress: (count) => terminal.progress(`${count} entries checked`),
  });
  for (const { sealNo, entryId, problem } of broken)
    terminal.say(`seal ${sealNo}, entry ${entryId}: the entry ${PROBLEMS[problem]}`);
  const isCut = wanted !== undefined && !wantedFound;
  if (isCut) terminal.say(`the chain does not hold the head ${wanted}: its end was cut off or written anew`);
  if (auditChainKey === undefined)
    terminal.say('AUDIT_CHAIN_KEY is not set: seals were computed without a key, which anybody can');
  terminal.say(`checked ${checked}, waiting for a seal ${unsealed}, head ${head ?? '-'}`);
  terminal.say(ok && !isCut ? 'the audit chain holds' : 'THE AUDIT CHAIN IS BROKEN');
  return ok && !isCut ? 0 : 1;
}
