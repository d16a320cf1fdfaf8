import type { JetStream } from './connect.ts';

/**
 * Publishes and waits for the PubAck: when it resolves, the stream has kept the message (fsynced where the server
 * runs with `sync_interval: always`). A repeated `messageId` inside the stream's window counts as kept.
 * @throws when the stream cannot keep it or did not say so within `timeoutMs`; it may have kept it all the same
 */
export async function publish(
  js: JetStream,
  subject: string,
  payload: Uint8Array | string,
  options: { messageId?: string; timeoutMs: number; stream?: string },
): Promise<void> {
  await js.client.publish(subject, payload, {
    timeout: options.timeoutMs,
    retries: 0,
    ...(options.messageId === undefined ? {} : { msgID: options.messageId }),
    ...(options.stream === undefined ? {} : { expect: { streamName: options.stream } }),
  });
}
