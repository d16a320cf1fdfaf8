import { runProgram } from '@orderbridge/service-kit/command-line';
import { openCommandContext } from './commands/command-context.ts';
import { reconcile } from './commands/reconcile.ts';
import { replayUnread } from './commands/replay-unread.ts';

const HOW = 'or run "npm start" in another terminal (with the same DATA_DIR) and call this again';

await runProgram({
  call: 'pnpm integrations',
  commands: [reconcile, replayUnread],
  needs: {
    DATABASE_URL: `no database: set DATABASE_URL, ${HOW}`,
    NATS_URL: `no broker, by which orders is asked: set NATS_URL, ${HOW}`,
  },
  open: openCommandContext,
});
