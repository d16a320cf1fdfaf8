import type { FormFields } from '@orderbridge/contracts/haier-callback';

export type Callback = {
  /** Address on the gateway, from the slash on. */
  readonly path: string;
  /** Decoded form fields in the order in which they are posted, signature included. */
  readonly fields: FormFields;
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

/** Posts a callback as the platforms do (form, UTF-8) and tells what each copy was answered. Never rejects. */
export async function sendCallback({ path, fields }: Callback, options: SendOptions): Promise<CallbackAnswer[]> {
  const url = options.gatewayUrl + path;
  const body = new URLSearchParams(fields).toString();
  const answers: CallbackAnswer[] = [];
  let unsent = options.copies;
  const sendInTurn = async () => {
    while (unsent > 0) {
      unsent -= 1;
      answers.push(await post(url, body));
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, options.copies) }, sendInTurn));
  return answers;
}

async function post(url: string, body: string): Promise<CallbackAnswer> {
  const startedMs = performance.now();
  const durationMs = () => Math.round((performance.now() - startedMs) * 10) / 10;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
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
