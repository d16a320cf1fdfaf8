import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import type { Broker } from './broker.ts';
import { deliverCallback } from './deliver-callback.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { Spool } from './spool.ts';

/** Where a callback is durable now, and its outcome when orders has already decided. */
export type Kept = { readonly where: 'stream' | 'spool'; readonly outcome: CallbackOutcome | undefined };

export type KeeperOptions = {
  broker: Broker;
  spool: Spool;
  log: GatewayLog;
  /** How long the stream may take to say that it keeps a callback. */
  keepTimeoutMs: number;
  onSpooled: () => void;
};

export type Keeper = {
  /** @throws what the disk said, when neither the stream nor the spool can keep it: then the sender must try again */
  keep: (envelope: CallbackEnvelope, waitMs: number) => Promise<Kept>;
  /** The stream was seen to answer, so live callbacks may go there again. */
  streamAnswers: () => void;
};

/**
 * Makes callbacks durable: in the stream, else in the local spool. While NATS is known to be away, and after a stream
 * that did not answer until a spooled record gets through, callbacks go to the spool at once instead of each waiting
 * out the timeout.
 */
export function createKeeper({ broker, spool, log, keepTimeoutMs, onSpooled }: KeeperOptions): Keeper {
  let streamFails = false;

  return {
    async keep(envelope, waitMs) {
      const { session } = broker;
      // A spool without records has nothing that could find out that the stream is back.
      if (session && !(streamFails && spool.records > 0)) {
        const delivery = await deliverCallback(session, envelope, { keepTimeoutMs, waitMs });
        if (delivery.kept) return { where: 'stream', outcome: delivery.outcome };
        if (!streamFails) log.warn('stream does not keep', {}, delivery.cause);
        streamFails = true;
      }
      await spool.append(Buffer.from(JSON.stringify(envelope)));
      onSpooled();
      return { where: 'spool', outcome: undefined };
    },
    streamAnswers() {
      streamFails = false;
    },
  };
}
