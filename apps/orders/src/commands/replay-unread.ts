import { replayCommand } from '@orderbridge/service-kit/unread/replay-command';
import { replayUnread as replay } from '../suppliers/replay-unread.ts';
import type { Command } from './command.ts';

/** Applies events of integrations that could not be read or applied when they came (P22). */
export const replayUnread: Command = replayCommand(
  'applies the kept events of integrations that this version can read and apply, each once',
  replay,
);
