import type { IncomingMessage } from 'node:http';

export type BodyLimits = {
  maxBytes: number;
  /** How long the body may take to arrive whole, from now. */
  withinMs: number;
};

export type BodyReading =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly reason: 'body_too_large' | 'body_too_slow' | 'body_aborted' };

/**
 * Reads the raw bytes of a request and counts them itself, so that a chunked body or a wrong Content-Length cannot
 * pass the limit (CVE-2026-44456 was that). Never rejects. After a refusal the rest of the body is still on the wire:
 * the HTTP adaptor discards what comes within half a second and closes the connection otherwise.
 */
export function readBody(incoming: IncomingMessage, { maxBytes, withinMs }: BodyLimits): Promise<BodyReading> {
  if (Number(incoming.headers['content-length']) > maxBytes) return Promise.resolve(tooLarge);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (reading: BodyReading) => {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onLost).off('close', onLost);
      resolve(reading);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) settle(tooLarge);
      else chunks.push(chunk);
    };
    const onEnd = () => settle({ ok: true, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes) });
    const onLost = () => settle(aborted);
    const timer = setTimeout(settle, withinMs, tooSlow);
    incoming.on('data', onData).on('end', onEnd).on('error', onLost).on('close', onLost);
  });
}

const tooLarge: BodyReading = { ok: false, reason: 'body_too_large' };
const tooSlow: BodyReading = { ok: false, reason: 'body_too_slow' };
const aborted: BodyReading = { ok: false, reason: 'body_aborted' };
