import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { type FormFields, formatHaierTime, haierSigningText } from '@orderbridge/contracts/haier-callback';
import { paymentSigningText } from '@orderbridge/contracts/payment-callback';
import { durables, streams } from '@orderbridge/contracts/subjects';
import { connectJetStream, ensureStream } from '@orderbridge/service-kit/jetstream/connect';
import { consumeBatches } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged } from '@orderbridge/service-kit/jetstream/settle';
import { createLogger } from '@orderbridge/service-kit/logger';
import { readConfig } from '../src/config.ts';
import { type ContextOverrides, createContext } from '../src/context.ts';
import { LOG_FIELDS } from '../src/gateway-log.ts';
import { serveGateway } from '../src/serve-gateway.ts';

export const SECRETS = {
  HAIER_CALLBACK_APP_KEY: 'test-app-key-0001',
  HAIER_CALLBACK_SECRET: 'test-haier-secret-0001',
  PAYMENT_CALLBACK_SECRET: 'test-payment-secret-0001',
};

export const HAIER_PATH = '/api/v1/haier/callback/';
export const FORM = 'application/x-www-form-urlencoded';

/** The gateway in this process, on a port and a spool of its own. */
export async function startGateway({
  natsUrl,
  env = {},
  overrides = {},
}: {
  natsUrl: string;
  env?: Record<string, string>;
  overrides?: ContextOverrides;
}) {
  const dataDir = env['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'orderbridge-gateway-')));
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: 'gateway',
    level: 'debug',
    fields: LOG_FIELDS,
    destination: { write: (line: string) => void lines.push(JSON.parse(line)) },
  });
  const config = {
    ...readConfig({ APP_PROFILE: 'test', NATS_URL: natsUrl, DATA_DIR: dataDir, ...SECRETS, ...env }),
    port: 0,
  };
  const shutdown = new AbortController();
  const ctx = await createContext(config, { log, shutdown: shutdown.signal }, overrides);
  const server = await serveGateway(ctx);
  const url = `http://127.0.0.1:${server.port}`;

  return {
    url,
    port: server.port,
    ctx,
    dataDir,
    /** Log lines so far with this event. */
    logged: (event: string) => lines.filter((line) => line['event'] === event),
    lines,
    post: (path: string, body: string | Buffer, headers: Record<string, string> = { 'content-type': FORM }) =>
      fetch(url + path, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body), headers }),
    /** The sum of the samples with these labels. */
    async metric(name: string, labels: Record<string, string> = {}): Promise<number> {
      const text = await (await fetch(`${url}/metrics`)).text();
      const matching = text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`))
        .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)));
      return matching.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async connected(is = true) {
      await until(() => (ctx.broker.session !== undefined) === is);
    },
    async stop() {
      shutdown.abort();
      await server.close();
      await ctx.close();
    },
    async [Symbol.asyncDispose]() {
      if (!shutdown.signal.aborted) await this.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Stands in for orders: takes callbacks from the stream and replies what `decide` says; undefined stays silent. */
export async function fakeOrders(
  natsUrl: string,
  decide: (envelope: CallbackEnvelope) => Partial<CallbackOutcome> | undefined,
) {
  const js = await connectJetStream({ url: natsUrl, name: 'fake-orders' });
  await ensureStream(js, { ...streams.callbacks, replicas: 1 });
  const taken: CallbackEnvelope[] = [];
  const consuming = consumeBatches(js, {
    stream: streams.callbacks.name,
    durable: durables.ordersCallbacks,
    batchMax: 64,
    batchWaitMs: 0,
    // What was on its way when a server died comes again after this long; tests do not wait for longer.
    ackWaitMs: 3_000,
    log: createLogger({ service: 'orders', level: 'silent', fields: [] }),
    async handle(batch) {
      for (const { data } of batch) {
        const envelope = JSON.parse(Buffer.from(data).toString()) as CallbackEnvelope;
        taken.push(envelope);
        const outcome = decide(envelope);
        if (outcome && envelope.replyTo)
          js.connection.publish(envelope.replyTo, JSON.stringify({ ...DECIDED, ...outcome }));
      }
      return batch.map(() => acknowledged);
    },
  });
  return {
    taken,
    async [Symbol.asyncDispose]() {
      await consuming.stop();
      await js.close();
    },
  };
}

const DECIDED: CallbackOutcome = {
  outcome: 'applied',
  decidedAt: '2026-01-02T03:04:05.000Z',
  platformOrderNo: '1764297000123456',
  method: 'hmm.scm_heorder.confirm',
  payment: null,
  problem: null,
};

export function haierFields(change: Record<string, string> = {}, secret = SECRETS.HAIER_CALLBACK_SECRET): FormFields {
  const fields: Record<string, string> = {
    AppKey: SECRETS.HAIER_CALLBACK_APP_KEY,
    TimeStamp: formatHaierTime(new Date()),
    Method: 'hmm.scm_heorder.confirm',
    Data: '{"ExtOrderNo":"SO.20251128.000001","PlatformOrderNo":"1764297000123456","State":1}',
    ...change,
  };
  return { ...fields, Sign: createHash('md5').update(haierSigningText(fields, secret)).digest('hex').toUpperCase() };
}

export const haierBody = (change: Record<string, string> = {}, secret?: string) =>
  new URLSearchParams(haierFields(change, secret)).toString();

/** A signed Haier callback about an order of its own. */
export const haierBodyOf = (orderNumber: string) =>
  haierBody({ Data: JSON.stringify({ PlatformOrderNo: orderNumber, State: 1 }) });

export function paymentBody(change: Record<string, string> = {}): string {
  const fields = { payment_id: '101', amount: '2999.00', status: 'success', transaction_id: 'T1', ...change };
  return new URLSearchParams({ ...fields, signature: paymentSignature(fields) }).toString();
}

export const paymentSignature = (fields: FormFields) =>
  createHmac('sha256', SECRETS.PAYMENT_CALLBACK_SECRET).update(paymentSigningText(fields)).digest('hex');

export async function until(holds: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${holds.toString()}`);
    await delay(20);
  }
}
