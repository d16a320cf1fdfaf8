import type { Command as ServiceCommand } from '@orderbridge/service-kit/command-line';
import type { CommandContext } from './command-context.ts';

export { type ExitCode, UsageError } from '@orderbridge/service-kit/command-line';

/** A piece of work that an operator calls by name: `pnpm orders <name>`. */
export type Command = ServiceCommand<CommandContext>;

/** What its work gets. */
export type CommandSite = Parameters<ReturnType<Command['read']>>[0];
