import { runProgram } from '@orderbridge/service-kit/command-line';
import { auditVerify } from './commands/audit-verify.ts';
import { cancelUnpaid } from './commands/cancel-unpaid.ts';
import { openCommandContext } from './commands/command-context.ts';
import { replayUnread } from './commands/replay-unread.ts';

await runProgram({
  call: 'pnpm orders',
  commands: [auditVerify, cancelUnpaid, replayUnread],
  needs: {
    DATABASE_URL:
      'no database: set DATABASE_URL, or run "npm start" in another terminal (with the same DATA_DIR) and call this again',
  },
  open: openCommandContext,
});
