import type { Command as ServiceCommand } from '@orderbridge/service-kit/command-line';
import type { ReconcileContext } from '../reconcile/run-reconcile.ts';

/** A piece of work that an operator calls by name: `pnpm integrations <name>`. */
export type Command = ServiceCommand<ReconcileContext>;

/** What its work gets. */
export type CommandSite = Parameters<ReturnType<Command['read']>>[0];
