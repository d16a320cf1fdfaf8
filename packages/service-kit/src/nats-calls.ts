import { type Msg, type NatsConnection, RequestError } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Log } from './logger.ts';

/** A question of one service to another: where it is asked, and the shape of both ends. */
export type CallDefinition<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> = {
  readonly subject: string;
  readonly request: Request;
  readonly reply: Reply;
};

/**
 * Nobody answered. `no_responder`: nobody listens, so nothing was done; `timeout` and `disconnected`: it may have been
 * done all the same.
 */
export class CallUnavailable extends Error {
  override readonly name = 'CallUnavailable';
  readonly reason: 'no_responder' | 'timeout' | 'disconnected';

  constructor(subject: string, reason: CallUnavailable['reason'], cause: unknown) {
    super(`no answer from ${subject}: ${reason}`, { cause });
    this.reason = reason;
  }
}

/**
 * The other side said no. A handler throws it to say so in its own words; a caller catches it with the same words.
 * `code` is `UNFIT_REQUEST`, `UNFIT_REPLY` (two versions that do not understand each other) or `BROKEN` when the kit
 * itself says no.
 */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly code: string;
  readonly messageEn: string;

  constructor(code: string, message: string, messageEn: string) {
    super(message);
    this.code = code;
    this.messageEn = messageEn;
  }
}

const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string(), messageEn: z.string() }),
]);

/**
 * Asks another service by core NATS request-reply and waits for its answer; nothing of it is stored anywhere.
 * @throws CallUnavailable when nobody answered in time, CallRefused when the other side said no or made no sense,
 *   ZodError when `input` does not fit the definition
 */
export async function call<Request extends z.ZodType, Reply extends z.ZodType>(
  connection: NatsConnection,
  { subject, request, reply }: CallDefinition<Request, Reply>,
  input: z.input<Request>,
  timeoutMs: number,
): Promise<z.output<Reply>> {
  const message = await ask(connection, subject, JSON.stringify(request.parse(input)), timeoutMs);
  const answer = Answer.safeParse(jsonOf(message));
  if (!answer.success) throw unfitReply(subject);
  if (!answer.data.ok) throw new CallRefused(answer.data.code, answer.data.message, answer.data.messageEn);
  const value = reply.safeParse(answer.data.value);
  if (!value.success) throw unfitReply(subject);
  return value.data;
}

/**
 * Serves a question as one of its queue group: each is answered by one instance, several at once. A handler that throws
 * `CallRefused` refuses in its own words; whatever else it throws is logged and refused without a word of it.
 * `stop` takes no more and waits for those being answered.
 */
export function serveCall<Request extends z.ZodType, Reply extends z.ZodType>(
  connection: NatsConnection,
  { subject, request, reply }: CallDefinition<Request, Reply>,
  { queueGroup, log }: { queueGroup: string; log: Pick<Log, 'warn' | 'error'> },
  handler: (input: z.output<Request>) => Promise<z.input<Reply>>,
): { stop: () => Promise<void> } {
  const answerOf = async (message: Msg): Promise<z.input<typeof Answer>> => {
    const input = request.safeParse(jsonOf(message));
    if (!input.success) return refusalOf(unfitRequest(subject));
    try {
      return { ok: true, value: reply.parse(await handler(input.data)) };
    } catch (error) {
      if (error instanceof CallRefused) return refusalOf(error);
      log.error('call failed', { subject }, error);
      return refusalOf(broken());
    }
  };
  const respond = async (message: Msg) => {
    const answer = await answerOf(message);
    try {
      message.respond(JSON.stringify(answer));
    } catch (error) {
      // The connection is gone, or the answer is too large for the server: the caller hears nothing.
      log.warn('call not answered', { subject }, error);
    }
  };

  const running = new Set<Promise<void>>();
  const subscription = connection.subscribe(subject, {
    queue: queueGroup,
    callback: (error, message) => {
      if (error) {
        log.error('calls are not served', { subject }, error);
        return;
      }
      const answering = respond(message).finally(() => running.delete(answering));
      running.add(answering);
    },
  });
  return {
    stop: async () => {
      // A closed connection has nothing to drain.
      await subscription.drain().catch(() => undefined);
      await Promise.all(running);
    },
  };
}

async function ask(connection: NatsConnection, subject: string, payload: string, timeoutMs: number): Promise<Msg> {
  try {
    return await connection.request(subject, payload, { timeout: timeoutMs });
  } catch (error) {
    throw new CallUnavailable(subject, reasonOf(error), error);
  }
}

function reasonOf(error: unknown): CallUnavailable['reason'] {
  if (error instanceof RequestError && error.isNoResponders()) return 'no_responder';
  const isTimeout = [error, (error as Error).cause].some(
    (link) => (link as Error | undefined)?.name === 'TimeoutError',
  );
  return isTimeout ? 'timeout' : 'disconnected';
}

function jsonOf(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}

const refusalOf = ({ code, message, messageEn }: CallRefused) => ({ ok: false, code, message, messageEn }) as const;

const unfitRequest = (subject: string) =>
  new CallRefused(
    'UNFIT_REQUEST',
    `内部调用 ${subject} 的请求格式不符，请确认各服务版本一致`,
    `The request to ${subject} has the wrong shape; make sure that all services have the same version`,
  );

const unfitReply = (subject: string) =>
  new CallRefused(
    'UNFIT_REPLY',
    `内部调用 ${subject} 的应答格式不符，请确认各服务版本一致`,
    `The reply of ${subject} has the wrong shape; make sure that all services have the same version`,
  );

const broken = () =>
  new CallRefused(
    'BROKEN',
    '内部调用出错，请稍后重试；多次失败请联系管理员',
    'The internal call broke down; try again shortly, and tell an administrator if it keeps failing',
  );
