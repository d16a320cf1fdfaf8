import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { type KeptList, keptList } from './kept-list.ts';
import { type CallbackAnswer, type Message, sendCallback, type SendOptions } from './send-callback.ts';

/** A callback that went out, and what it was answered. */
export type SentCallback = {
  provider: string;
  path: string;
  fields: FormFields;
  sentAt: string;
  answers: CallbackAnswer[];
};

export type Copies = Pick<SendOptions, 'copies' | 'concurrency'>;

const SENT_KEPT = 1_000;

/** Everything that the platforms send goes out here, so that it can be shown. */
export function createCallbackPost({ gatewayUrl, now, log }: CallbackPostOptions): CallbackPost {
  const sent = keptList<SentCallback>(SENT_KEPT);
  return {
    sent,
    async post(provider, message, copies) {
      const sentAt = now().toISOString();
      const answers = await sendCallback(message, { gatewayUrl, ...copies });
      const { path, fields } = message;
      sent.add({ provider, path, fields, sentAt, answers });
      log('callback sent', { provider, path, count: answers.length, status: answers[0]?.status ?? 0 });
      return answers;
    },
  };
}

export type CallbackPost = {
  readonly sent: KeptList<SentCallback>;
  readonly post: (provider: string, message: Message, copies: Copies) => Promise<CallbackAnswer[]>;
};

type CallbackPostOptions = {
  readonly gatewayUrl: string;
  readonly now: () => Date;
  readonly log: (event: string, fields: Record<string, string | number>) => void;
};
