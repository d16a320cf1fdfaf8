import { describeError } from './logger.ts';

/** A piece of work that an operator calls by name, on what `Site` gives it. */
export type Command<Site> = {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Its options, each with what it means. */
  readonly options: readonly (readonly [option: string, meaning: string])[];
  /**
   * Reads the arguments before anything is opened, and answers the work to do.
   * @throws UsageError
   */
  readonly read: (args: string[]) => (site: Site & Surroundings) => Promise<ExitCode>;
};

/** 0 when all went well, 1 when something failed or is left; 2 is for arguments that cannot be used. */
export type ExitCode = 0 | 1;

type Surroundings = {
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

export type Program<Site> = {
  /** How it is called: `pnpm orders`. */
  readonly call: string;
  readonly commands: readonly Command<Site>[];
  /** Each variable that must be set, and what to do when it is not. */
  readonly needs: Readonly<Record<string, string>>;
  readonly open: (env: NodeJS.ProcessEnv) => Promise<Site & { readonly close: () => Promise<void> }>;
};

/** Runs one command of a service as a program of its own, with the arguments and the environment of this process. */
export async function runProgram<Site>(program: Program<Site>): Promise<void> {
  const [name, ...args] = process.argv.slice(2);
  const command = program.commands.find((candidate) => candidate.name === name);
  if (name === '--help' || name === 'help' || (command && args.includes('--help'))) {
    process.stdout.write(`${usage(program, command)}\n`);
  } else if (command) {
    process.exitCode = await runCommand(program, command, args);
  } else {
    process.stderr.write(`${name === undefined ? 'no command' : `unknown command "${name}"`}\n${usage(program)}\n`);
    process.exitCode = 2;
  }
}

async function runCommand<Site>(program: Program<Site>, command: Command<Site>, args: string[]): Promise<0 | 1 | 2> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const terminal = openTerminal();
  try {
    const work = command.read(args);
    const lacking = Object.entries(program.needs).find(([variable]) => !process.env[variable]);
    if (lacking) {
      process.stderr.write(`${lacking[1]}\n`);
      return 1;
    }
    const site = await program.open(process.env);
    try {
      return await work({ ...site, terminal, stopping: stopping.signal });
    } finally {
      terminal.progress('');
      await site.close();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n${usage(program, command)}\n`);
      return 2;
    }
    process.stderr.write(`${command.name} failed: ${explain(error)}\n`);
    return 1;
  }
}

function explain(error: unknown): string {
  const { code, message } = describeError(error);
  if (code === '42P01' || code === '3F000')
    return 'the database has no tables of this service yet; start the service once, then call this again';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return `the database does not answer (${message}); look at DATABASE_URL, or run "npm start" in another terminal`;
  return message;
}

function usage<Site>({ call, commands }: Program<Site>, only?: Command<Site>): string {
  return [
    `usage: ${call} ${only?.name ?? '<command>'} [options]`,
    ...(only ? [only] : commands).flatMap(({ name, summary, options }) => [
      '',
      `  ${name}: ${summary}`,
      ...options.map(([option, meaning]) => `    ${option.padEnd(22)}${meaning}`),
    ]),
  ].join('\n');
}

/** Lines go to stdout; how far the work is goes to stderr, where it is a terminal, and gives way to the next line. */
function openTerminal(): Terminal {
  const clear = process.stderr.isTTY ? '\r\u001b[K' : '';
  return {
    say: (line) => {
      if (clear) process.stderr.write(clear);
      process.stdout.write(`${line}\n`);
    },
    progress: (text) => {
      if (clear) process.stderr.write(`${clear}${text}`);
    },
  };
}
