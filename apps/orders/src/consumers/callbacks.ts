import { CallbackEnvelope, type CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { durables, streams } from '@orderbridge/contracts/subjects';
import { type Consuming, consumeBatches, type Delivery } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged, retryAfterMs, type Settlement } from '@orderbridge/service-kit/jetstream/settle';
import { applyCallbacks } from '../callbacks/apply-callbacks.ts';
import { keepUndecodable } from '../callbacks/keep-undecodable.ts';
import { countFailure } from '../callbacks/park-callback.ts';
import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import type { OrdersContext } from '../context.ts';

const BATCH_MAX = 64;
// A full batch shares its round trips among more callbacks; a single callback waits one quiet millisecond.
const BATCH_WAIT_MS = 10;
const ACK_WAIT_MS = 10_000;

/** Takes verified callbacks in batches, applies each batch in one transaction and tells the gateway the outcomes. */
export function consumeCallbacks(context: OrdersContext): Consuming {
  return consumeBatches(context.js, {
    stream: streams.callbacks.name,
    durable: durables.ordersCallbacks,
    batchMax: BATCH_MAX,
    batchWaitMs: BATCH_WAIT_MS,
    ackWaitMs: ACK_WAIT_MS,
    log: context.log,
    handle: (batch) => settleBatch(context, batch),
  });
}

async function settleBatch(context: OrdersContext, batch: readonly Delivery[]): Promise<Settlement[]> {
  const startedMs = performance.now();
  const envelopes = batch.map(readEnvelope);
  const readable = envelopes.filter((envelope) => envelope !== undefined);
  try {
    const outcomes = await applyCallbacks(context, readable);
    outcomes.forEach((outcome, index) => reply(context, readable[index]!, outcome));
    report(context, readable, outcomes, startedMs);
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    // One poisonous callback must hurt only itself: the batch was rolled back, so each is applied alone.
    if (readable.length > 1) context.log.warn('batch is applied one by one', { count: readable.length }, error);
    return applyOneByOne(context, batch, envelopes);
  }
  const settlements: Settlement[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    settlements.push(envelope ? acknowledged : await setAside(context, batch[index]!));
  }
  return settlements;
}

async function applyOneByOne(
  context: OrdersContext,
  batch: readonly Delivery[],
  envelopes: readonly (CallbackEnvelope | undefined)[],
): Promise<Settlement[]> {
  const settlements: Settlement[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const delivery = batch[index]!;
    const settling = envelope ? applyAlone(context, delivery, envelope) : setAside(context, delivery);
    // Whatever goes wrong with one message, the others keep what was said of them.
    settlements.push(await settling.catch((error: unknown) => tryAgainLater(context, delivery, error)));
  }
  return settlements;
}

async function applyAlone(context: OrdersContext, delivery: Delivery, envelope: CallbackEnvelope): Promise<Settlement> {
  try {
    const startedMs = performance.now();
    const outcomes = await applyCallbacks(context, [envelope]);
    reply(context, envelope, outcomes[0]!);
    report(context, [envelope], outcomes, startedMs);
    return acknowledged;
  } catch (error) {
    if (isDatabaseUnavailable(error)) return { do: 'retry', inMs: retryAfterMs(delivery.deliveries) };
    const { attempts, parked } = await countFailure(context, envelope, error);
    context.log.error(
      'callback could not be applied',
      { id: envelope.id, provider: envelope.provider, attempt: attempts },
      error,
    );
    if (!parked) return { do: 'retry', inMs: retryAfterMs(attempts) };
    reply(context, envelope, parked);
    context.metrics.callbacks.inc({ provider: envelope.provider, outcome: 'parked' });
    return acknowledged;
  }
}

function tryAgainLater({ log }: OrdersContext, delivery: Delivery, error: unknown): Settlement {
  log.error('message will be delivered again', { id: delivery.streamSequence, attempt: delivery.deliveries }, error);
  return { do: 'retry', inMs: retryAfterMs(delivery.deliveries) };
}

async function setAside(context: OrdersContext, delivery: Delivery): Promise<Settlement> {
  await keepUndecodable(context, delivery);
  context.log.error('message cannot be read', { id: delivery.streamSequence, subject: delivery.subject });
  return acknowledged;
}

const decoder = new TextDecoder();

function readEnvelope({ data }: Delivery): CallbackEnvelope | undefined {
  try {
    return CallbackEnvelope.parse(JSON.parse(decoder.decode(data)));
  } catch {
    return undefined;
  }
}

/** Tells the waiting gateway; best effort, for the callback is applied and a repetition gets the same outcome. */
function reply({ js }: OrdersContext, { replyTo }: CallbackEnvelope, outcome: CallbackOutcome): void {
  if (replyTo && !js.connection.isClosed()) js.connection.publish(replyTo, JSON.stringify(outcome));
}

function report(
  { log, metrics }: OrdersContext,
  envelopes: readonly CallbackEnvelope[],
  outcomes: readonly CallbackOutcome[],
  startedMs: number,
): void {
  const durationMs = performance.now() - startedMs;
  metrics.batchSeconds.observe(durationMs / 1000);
  metrics.batchSize.observe(outcomes.length);
  outcomes.forEach(({ outcome }, index) => metrics.callbacks.inc({ provider: envelopes[index]!.provider, outcome }));
  log.info('callbacks applied', {
    count: outcomes.length,
    repeated: outcomes.filter(({ outcome }) => outcome === 'repeated').length,
    conflicts: outcomes.filter(({ outcome }) => outcome === 'conflict').length,
    durationMs: Math.round(durationMs),
  });
}
