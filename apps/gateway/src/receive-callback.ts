import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { CallbackEnvelope, CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { Context } from 'hono';
import type { AddressTest } from '@orderbridge/service-kit/allow-list';
import { clientAddressOf } from '@orderbridge/service-kit/client-address';
import type { GatewayContext } from './context.ts';
import type { CallbackProvider, RawCallback, RefusalReason, UnverifiedReason, Verified } from './providers/provider.ts';
import { readBody } from './read-body.ts';
import { respond } from './respond.ts';

export type GatewayHandler = (c: Context<{ Bindings: HttpBindings }>) => Promise<Response>;

/**
 * Takes the callbacks of one provider at one kind of address (`topic`). The order of the steps is the promise: nothing
 * is answered before it is kept.
 */
export function receiveCallback(
  provider: CallbackProvider,
  isAllowed: AddressTest,
  ctx: GatewayContext,
  topic?: CallbackEnvelope['topic'],
): GatewayHandler {
  const { config, keeper, failures, probes, metrics, waiting, log } = ctx;

  return async (c) => {
    const request = requestOf(c.env.incoming, ctx);
    if (c.env.incoming.method !== 'POST') return refuse(request, 'method_not_allowed');
    if (!isAllowed(request.source)) return refuse(request, 'address_not_allowed');

    const reading = await readBody(c.env.incoming, config.body);
    if (!reading.ok) return refuse(request, reading.reason);
    const { headers } = c.env.incoming;
    const raw: RawCallback = {
      body: reading.body,
      contentType: headers['content-type'],
      headers,
      receivedAt: request.receivedAt,
      signatureHeaders: keptHeaders(provider, headers),
    };

    // Only so much of it is kept, and orders must read what was verified.
    if ((raw.contentType?.length ?? 0) > CONTENT_TYPE_MAX) return refuse(request, 'no_form', raw);

    const verified = provider.verify(raw);
    if (!verified.ok) {
      const { reason } = verified;
      if (reason === 'signature_probe') return refuseProbe(request);
      if (reason === 'no_form' || reason === 'empty_body') return refuse(request, reason, raw);
      return refuseUnverified(request, reason, raw);
    }

    if (waiting.count >= config.maxWaiting) return refuse(request, 'too_many_waiting');
    waiting.count += 1;
    try {
      return await keepAndAnswer(request, raw, verified);
    } catch (error) {
      return refuse(request, 'cannot_keep', undefined, error);
    } finally {
      waiting.count -= 1;
    }
  };

  async function keepAndAnswer(request: ReceivedRequest, raw: RawCallback, verified: Verified): Promise<Response> {
    const envelope = envelopeOf(request, raw, verified);
    const kept = await keeper.keep(envelope, config.waitMs - elapsedMs(request));
    const answer = kept.outcome
      ? provider.answerOutcome(kept.outcome, verified)
      : provider.answerKept(verified, envelope.late, ctx.now());

    const outcome: CallbackOutcomeName | 'accepted' = kept.outcome?.outcome ?? (envelope.late ? 'late' : 'accepted');
    const durationMs = elapsedMs(request);
    metrics.count(provider.name, outcome);
    metrics.observe(provider.name, durationMs / 1_000);
    log.info('callback received', {
      id: envelope.id,
      provider: provider.name,
      outcome,
      status: answer.status,
      durationMs: Math.round(durationMs),
      late: envelope.late,
      kept: kept.where,
      source: request.source,
    });
    return respond(answer, ctx.shutdown);
  }

  function envelopeOf(
    { receivedAt, source, path }: ReceivedRequest,
    { body, contentType, signatureHeaders }: RawCallback,
    verified: Verified,
  ): CallbackEnvelope {
    const { signature, eventId, secret, sentAt } = verified;
    return {
      id: ctx.newId(receivedAt),
      provider: provider.name,
      transportKey: `${provider.name}:${eventId ?? signature}`,
      secret,
      // A time that cannot be read is not late but malformed, and orders says so.
      late: sentAt !== undefined && Math.abs(receivedAt.getTime() - sentAt.getTime()) > config.maxAgeMs,
      receivedAt: receivedAt.toISOString(),
      source,
      path: path.slice(0, PATH_MAX),
      contentType: contentType ?? '',
      body: body.toString('utf8'),
      ...(signatureHeaders && { signatureHeaders }),
      topic,
    };
  }

  /**
   * The provider tests whether we verify. It is refused like a forgery but is none, so it alarms nobody; anybody can
   * send one, so an address has no more of them than of failures (P12).
   */
  function refuseProbe(request: ReceivedRequest): Response {
    const { limited, toLog } = probes.count(request.source, request.receivedAt.getTime());
    if (limited) return refuse(request, 'too_many_failures', undefined, undefined, toLog);
    return refuse(request, 'signature_probe');
  }

  /** A failed verification: limited per address, while verified callbacks of the same address pass (P12). */
  function refuseUnverified(request: ReceivedRequest, reason: UnverifiedReason, raw: RawCallback): Response {
    const { limited, toLog } = failures.count(request.source, request.receivedAt.getTime());
    return limited ? refuse(request, 'too_many_failures', raw, undefined, toLog) : refuse(request, reason, raw);
  }

  function refuse(
    { source, path, receivedAt }: ReceivedRequest,
    reason: RefusalReason,
    raw?: RawCallback,
    error?: unknown,
    toLog = 1,
  ): Response {
    const answer = provider.refuse(reason, receivedAt);
    ctx.refused({ provider: provider.name, reason, source, path, toLog, error, raw, receivedAt }, answer);
    return respond(answer, ctx.shutdown, reason);
  }
}

/** What is known of a request before its body. */
export type ReceivedRequest = {
  readonly source: string;
  readonly path: string;
  readonly receivedAt: Date;
  readonly startedMs: number;
};

export function requestOf(incoming: IncomingMessage, ctx: GatewayContext): ReceivedRequest {
  const url = incoming.url ?? '';
  const query = url.indexOf('?');
  return {
    source: clientAddressOf(incoming, ctx.isTrustedProxy),
    path: query < 0 ? url : url.slice(0, query),
    receivedAt: ctx.now(),
    startedMs: performance.now(),
  };
}

/** The headers that sign, for whoever asks later why the signature was right or wrong; no other header is kept. */
function keptHeaders(
  { signatureHeaders }: CallbackProvider,
  headers: IncomingHttpHeaders,
): RawCallback['signatureHeaders'] {
  return (
    signatureHeaders &&
    Object.fromEntries(
      signatureHeaders.flatMap((name) =>
        headers[name] === undefined ? [] : [[name, String(headers[name]).slice(0, HEADER_MAX)]],
      ),
    )
  );
}

const elapsedMs = ({ startedMs }: ReceivedRequest) => performance.now() - startedMs;

const PATH_MAX = 300;
const CONTENT_TYPE_MAX = 200;
const HEADER_MAX = 1_000;
