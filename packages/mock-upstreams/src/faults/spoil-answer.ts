import type { Message } from '../send-callback.ts';

/** The first half of the first piece of the answer: a line that broke, and no JSON any more. */
export async function cutShort(answer: Response): Promise<Response> {
  const reader = answer.body?.getReader();
  const first = (await reader?.read())?.value ?? new Uint8Array();
  await reader?.cancel();
  return again(answer, first.slice(0, Math.floor(first.length / 2)));
}

/** The answer with a text where a number or a truth value was, and a list where a text was; its fields keep their names. */
export async function withWrongTypes(answer: Response): Promise<Response> {
  const text = await answer.text();
  try {
    return again(answer, JSON.stringify(wrongType(JSON.parse(text))));
  } catch {
    return again(answer, text);
  }
}

function wrongType(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wrongType);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wrongType(inner)]));
  return typeof value === 'string' ? [value] : String(value);
}

const SIGNATURE_HEADER = 'Wechatpay-Signature';

/** The answer of a platform that signs, with a signature that does not verify; others sign nothing and stay the same. */
export async function withWrongSignature(answer: Response): Promise<Response> {
  const spoilt = again(
    answer,
    (await answer.text()).replace(/("sign":")(.)/, (_, name, first) => name + other(first)),
  );
  const signature = spoilt.headers.get(SIGNATURE_HEADER);
  if (signature) spoilt.headers.set(SIGNATURE_HEADER, changed(signature));
  return spoilt;
}

/** A callback with a signature that does not verify. */
export function withWrongCallbackSignature(message: Message): Message {
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    name === SIGNATURE_HEADER ? changed(value) : value,
  ]);
  const fields = Object.entries(message.fields).map(([name, value]) => [
    name,
    /^(sign|signature)$/i.test(name) ? changed(value) : value,
  ]);
  const isForm = message.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return {
    path: message.path,
    fields: Object.fromEntries(fields),
    headers: Object.fromEntries(headers),
    body: isForm ? new URLSearchParams(fields).toString() : message.body,
  };
}

const changed = (signature: string) => other(signature.slice(0, 1)) + signature.slice(1);
const other = (first: string) => (first === '0' ? '1' : '0');

function again({ status, headers }: Response, body: string | Uint8Array<ArrayBuffer>): Response {
  const kept = new Headers(headers);
  kept.delete('content-length');
  return new Response(status === 204 ? null : body, { status, headers: kept });
}
