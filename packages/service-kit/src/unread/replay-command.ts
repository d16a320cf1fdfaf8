import { parseArgs } from 'node:util';
import { type Command, type ExitCode, UsageError } from '../command-line.ts';
import type { Replayed } from './replay-kept.ts';

/** A message that a service kept because it could not read or apply it, as an operator names it. */
export type KeptMessage = {
  readonly name: string;
  /** What it is about, as far as that is known. */
  readonly about: string;
  readonly deliveries: number;
};

type Replay<Site> = (
  site: Site,
  options: { readonly dryRun: boolean; readonly signal: AbortSignal },
) => AsyncIterable<Replayed<KeptMessage>>;

/** The command `replay-unread` of a service: a line per kept message, then a summary; 1 when any is left. */
export const replayCommand = <Site>(summary: string, replay: Replay<Site>): Command<Site> => ({
  name: 'replay-unread',
  summary,
  options: [['--dry-run', 'only tell which of them this version can read: nothing is changed']],
  read: (args) => {
    const dryRun = readDryRun(args);
    return async (site) => {
      const { terminal, stopping } = site;
      const counts = { applied: 0, repeated: 0, readable: 0, unread: 0, failed: 0 };
      for await (const one of replay(site, { dryRun, signal: stopping })) {
        counts[one.outcome] += 1;
        terminal.say(lineOf(one));
      }
      const parts = [
        ...(dryRun
          ? [`can be read ${counts.readable}`]
          : [`applied ${counts.applied}`, `applied before ${counts.repeated}`, `failed ${counts.failed}`]),
        `still unread ${counts.unread}`,
      ];
      terminal.say(`${dryRun ? 'dry run, nothing was changed: ' : ''}${parts.join(', ')}`);
      if (stopping.aborted) terminal.say('ended early: run it again for the rest');
      return exitCode(counts.readable + counts.unread + counts.failed > 0 || stopping.aborted);
    };
  },
});

function readDryRun(args: string[]): boolean {
  try {
    return parseArgs({ args, options: { 'dry-run': { type: 'boolean' } } }).values['dry-run'] ?? false;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

const exitCode = (isAnythingLeft: boolean): ExitCode => (isAnythingLeft ? 1 : 0);

const SAID = {
  applied: 'applied',
  repeated: 'was applied before',
  readable: 'can be read',
  unread: 'still cannot be read',
  failed: 'failed',
} as const;

function lineOf({ kept: { name, about, deliveries }, ...end }: Replayed<KeptMessage>): string {
  const cause = 'cause' in end ? `: ${end.cause}` : '';
  return `${name}  ${about}  ${deliveries} ${deliveries === 1 ? 'delivery' : 'deliveries'}  ${SAID[end.outcome]}${cause}`;
}
