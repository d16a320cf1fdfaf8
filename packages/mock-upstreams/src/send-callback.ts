import type { FormFields } from '@orderbridge/contracts/haier-callback';

/** One request that a platform sends by itself. */
export type Message = {
  /** Address on the gateway, from the slash on. */
  readonly path: string;
  /** What is said, for whoever asks what was sent. */
  readonly fields: FormFields;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type SendOptions = {
  readonly gatewayUrl: string;
  /** How often the very same request is sent. */
  readonly copies: number;
  /** How many copies are under way at once. */
  readonly concurrency: number;
};

/** What came back for one copy. */
export type CallbackAnswer = {
  /** Null when there was no HTTP answer at all; `error` then says why. */
  readonly status: number | null;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
  readonly durationMs: number;
  readonly error?: string;
};

/** Senders give up some time; longer than the gateway waits for an outcome. */
const ANSWER_TIMEOUT_MS = 30_000;

/** A callback as most platforms post it: a form in UTF-8, fields in this order, signature included. */
export const formMessage = (path: string, fields: FormFields): Message => ({
  path,
  fields,
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: new URLSearchParams(fields).toString(),
});

/** Posts a message as often as told and tells what each copy was answered. Never rejects. */
export async function sendCallback(message: Message, options: SendOptions): Promise<CallbackAnswer[]> {
  const answers: CallbackAnswer[] = [];
  let unsent = options.copies;
  const sendInTurn = async () => {
    while (unsent > 0) {
      unsent -= 1;
      answers.push(await post(options.gatewayUrl + message.path, message));
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, options.copies) }, sendInTurn));
  return answers;
}

async function post(url: string, { headers, body }: Message): Promise<CallbackAnswer> {
  const startedMs = performance.now();
  const durationMs = () => Math.round((performance.now() - startedMs) * 10) / 10;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: jsonOrText(text), durationMs: durationMs() };
  } catch (error) {
    return { status: null, body: null, durationMs: durationMs(), error: reasonOf(error) };
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `fetch` hides the reason (ECONNREFUSED and the like) in the cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  return error instanceof Error ? error.message : String(error);
}
