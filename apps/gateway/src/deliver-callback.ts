import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { subjects } from '@orderbridge/contracts/subjects';
import type { BrokerSession } from './broker.ts';

/** `kept` without an outcome: it is durable and will be applied. */
export type Delivery =
  | { readonly kept: true; readonly outcome: CallbackOutcome | undefined }
  | { readonly kept: false; readonly cause: Error };

/**
 * Publishes one callback to its stream and waits for what becomes of it; never rejects. The outcome may overtake the
 * PubAck, and then it is proof enough: orders has committed. Not kept means that the stream refused, did not answer
 * within `keepTimeoutMs` or the connection broke before it did; it may have kept it all the same, and a repetition
 * has no second effect.
 */
export function deliverCallback(
  { js, replies }: BrokerSession,
  envelope: CallbackEnvelope,
  { keepTimeoutMs, waitMs }: { keepTimeoutMs: number; waitMs: number },
): Promise<Delivery> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    let kept = false;
    const settle = (delivery: Delivery) => {
      clearTimeout(timer);
      expected.forget();
      resolve(delivery);
    };
    const fail = (cause: Error) => settle({ kept: false, cause });
    const remainingMs = (limitMs: number) => limitMs - (performance.now() - startedMs);

    const expected = replies.expect({
      kept(refusal) {
        if (refusal) return fail(refusal);
        kept = true;
        if (remainingMs(waitMs) <= 0) settle(KEPT);
      },
      decided: (outcome) => settle({ kept: true, outcome }),
      disconnected() {
        if (!kept) fail(new Error('the connection broke'));
      },
    });

    const onTimer = () => {
      const restMs = remainingMs(kept ? waitMs : keepTimeoutMs);
      if (restMs > 1) timer = setTimeout(onTimer, restMs);
      else if (kept) settle(KEPT);
      else fail(new Error(`the stream did not answer within ${keepTimeoutMs} ms`));
    };
    let timer = setTimeout(onTimer, Math.max(1, Math.min(keepTimeoutMs, waitMs)));

    try {
      const payload = JSON.stringify({ ...envelope, replyTo: expected.outcome });
      js.connection.publish(subjects.callback(envelope.provider), payload, { reply: expected.kept });
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

const KEPT: Delivery = { kept: true, outcome: undefined };
