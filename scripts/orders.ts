import { runServiceCommand } from './commands/run-service-command.ts';

await runServiceCommand('orders');
