import { replayCommand } from '@orderbridge/service-kit/unread/replay-command';
import { replayUnread as replay } from '../order-events/replay-unread.ts';
import type { Command } from './command.ts';

/** Takes events of orders that could not be read or taken when they came (P22). */
export const replayUnread: Command = replayCommand(
  'takes the kept events of orders that this version can read, each once, and plans what they ask for',
  replay,
);
