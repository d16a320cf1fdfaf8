import type { CommandContext } from './command-context.ts';

/** A piece of work that an operator calls by name: `pnpm orders <name>`. */
export type Command = {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Its options, each with what it means. */
  readonly options: readonly (readonly [option: string, meaning: string])[];
  /**
   * Reads the arguments before anything is opened, and answers the work to do.
   * @throws UsageError
   */
  readonly read: (args: string[]) => (site: CommandSite) => Promise<ExitCode>;
};

/** 0 when all went well, 1 when something failed; 2 is for arguments that cannot be used. */
export type ExitCode = 0 | 1;

export type CommandSite = CommandContext & {
  readonly terminal: Terminal;
  /** Aborts when the operator wants it to end. */
  readonly stopping: AbortSignal;
};

export type Terminal = {
  /** Prints a line that stays. */
  readonly say: (line: string) => void;
  /** Shows how far the work is, on a terminal only and until the next line. */
  readonly progress: (text: string) => void;
};

/** The arguments cannot be used; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
