import type { NatsConnection } from '@nats-io/transport-node';
import { REFUSED_SAMPLE_BYTES, type RefusedCallback } from '@orderbridge/contracts/callback-envelope';
import { subjects } from '@orderbridge/contracts/subjects';
import type { GatewayLog } from './gateway-log.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { Answer, RawCallback, RefusalReason } from './providers/provider.ts';

export type Refusal = {
  provider: string;
  reason: RefusalReason;
  source: string;
  path: string;
  receivedAt: Date;
  /** How many refusals the log line stands for; 0 writes none (an address over its limit). Default 1. */
  toLog?: number;
  /** Bytes that came with it; a sample of them goes to the signature debugger. */
  raw?: RawCallback | undefined;
  error?: unknown;
};

export type RefuseCallback = (refusal: Refusal, answer: Answer) => void;

export type RefuserOptions = {
  log: GatewayLog;
  metrics: GatewayMetrics;
  newId: (at: Date) => string;
  /** Undefined while NATS is away. */
  connection: () => NatsConnection | undefined;
};

const SAMPLES_PER_SECOND = 5;

/** Leaves the traces of a refused request: one metric, one log line, and a bounded sample that nobody waits for. */
export function createRefuser({ log, metrics, newId, connection }: RefuserOptions): RefuseCallback {
  let second = 0;
  let samples = 0;

  return ({ provider, reason, source, path, receivedAt, toLog = 1, raw, error }, { status }) => {
    metrics.count(provider, reason);
    if (toLog > 0) {
      const line = { provider, reason, source, path, status, ...(toLog > 1 ? { count: toLog } : {}) };
      if (reason === 'signature_probe') log.info('signature probe refused', line);
      else if (error === undefined) log.warn('callback refused', line);
      else log.error('callback refused', line, error);
    }
    if (!raw) return;

    const now = Math.floor(receivedAt.getTime() / 1_000);
    if (now !== second) {
      second = now;
      samples = 0;
    }
    if (samples >= SAMPLES_PER_SECOND) return;
    const nats = connection();
    if (!nats) return;
    samples += 1;
    const sample: RefusedCallback = {
      id: newId(receivedAt),
      provider,
      reason,
      receivedAt: receivedAt.toISOString(),
      source,
      path,
      contentType: (raw.contentType ?? '').slice(0, 200),
      bodyBase64: raw.body.toString('base64', 0, REFUSED_SAMPLE_BYTES),
      ...(raw.signatureHeaders && { signatureHeaders: raw.signatureHeaders }),
    };
    // No PubAck and no second try: what is lost here was never owed to anybody.
    nats.publish(subjects.refusal(provider), JSON.stringify(sample));
  };
}
