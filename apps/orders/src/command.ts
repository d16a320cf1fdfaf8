import { describeError } from '@orderbridge/service-kit/logger';
import { auditVerify } from './commands/audit-verify.ts';
import { cancelUnpaid } from './commands/cancel-unpaid.ts';
import { type Command, type Terminal, UsageError } from './commands/command.ts';
import { openCommandContext } from './commands/command-context.ts';

const COMMANDS: readonly Command[] = [auditVerify, cancelUnpaid];
const NO_DATABASE =
  'no database: set DATABASE_URL, or run "npm start" in another terminal (with the same DATA_DIR) and call this again';

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS.find((candidate) => candidate.name === name);
if (name === '--help' || name === 'help' || (command && args.includes('--help'))) {
  process.stdout.write(`${usage(command)}\n`);
} else if (command) {
  process.exitCode = await runCommand(command, args);
} else {
  process.stderr.write(`${name === undefined ? 'no command' : `unknown command "${name}"`}\n${usage()}\n`);
  process.exitCode = 2;
}

async function runCommand(command: Command, args: string[]): Promise<0 | 1 | 2> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const terminal = openTerminal();
  try {
    const work = command.read(args);
    if (!process.env['DATABASE_URL']) {
      process.stderr.write(`${NO_DATABASE}\n`);
      return 1;
    }
    const context = await openCommandContext(process.env);
    try {
      return await work({ ...context, terminal, stopping: stopping.signal });
    } finally {
      terminal.progress('');
      await context.close();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n${usage(command)}\n`);
      return 2;
    }
    process.stderr.write(`${command.name} failed: ${explain(error)}\n`);
    return 1;
  }
}

function explain(error: unknown): string {
  const { code, message } = describeError(error);
  if (code === '42P01' || code === '3F000')
    return 'the database has no tables of orders yet; start the service once, then call this again';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return `the database does not answer (${message}); look at DATABASE_URL, or run "npm start" in another terminal`;
  return message;
}

function usage(only?: Command): string {
  const commands = only ? [only] : COMMANDS;
  return [
    `usage: pnpm orders ${only?.name ?? '<command>'} [options]`,
    ...commands.flatMap(({ name, summary, options }) => [
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
