import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { CALLBACK_OUTCOMES, type CallbackOutcome } from '@orderbridge/contracts/callback-envelope';

/** What a callback that was sent off hears; each at most once, in any order. */
export type ReplyListener = {
  /** The stream keeps it; with `refusal`, it says that it does not. */
  kept: (refusal?: Error) => void;
  decided: (outcome: CallbackOutcome) => void;
  /** The connection broke: a reply that was on its way is gone. */
  disconnected: () => void;
};

export type ReplySubjects = { readonly kept: string; readonly outcome: string; forget: () => void };

export type OutcomeReplies = {
  /** Subjects of one callback, heard by `listener` until `forget`. */
  expect: (listener: ReplyListener) => ReplySubjects;
  /** Tells every listener that the connection broke. */
  disconnected: () => void;
  readonly expected: number;
};

/**
 * PubAcks and outcomes of all callbacks over ONE wildcard subscription and one Map. A request of the NATS client per
 * callback costs about 25 µs more, and would sit out its timeout when the connection breaks.
 */
export function createOutcomeReplies(connection: NatsConnection): OutcomeReplies {
  const inbox = createInbox();
  const listeners = new Map<string, ReplyListener>();
  let last = 0;

  connection.subscribe(`${inbox}.>`, {
    callback: (error, message) => {
      if (error) return;
      const [token, kind] = message.subject.slice(inbox.length + 1).split('.', 2) as [string, string];
      const listener = listeners.get(token);
      if (!listener) return;
      if (kind === KEPT) listener.kept(refusalIn(message));
      else {
        const outcome = readOutcome(message);
        if (outcome) listener.decided(outcome);
      }
    },
  });

  return {
    expect(listener) {
      const token = (++last).toString(36);
      listeners.set(token, listener);
      return {
        kept: `${inbox}.${token}.${KEPT}`,
        outcome: `${inbox}.${token}.${OUTCOME}`,
        forget: () => listeners.delete(token),
      };
    },
    disconnected() {
      for (const listener of listeners.values()) listener.disconnected();
    },
    get expected() {
      return listeners.size;
    },
  };
}

const KEPT = 'k';
const OUTCOME = 'o';

/** Undefined for a PubAck. Nobody listening (no stream, JetStream not ready) comes as an empty message with status 503. */
function refusalIn(message: Msg): Error | undefined {
  if (message.data.length === 0) return new Error(`no stream answers (${message.headers?.code ?? 'empty reply'})`);
  const reply = parseJson(message) as { stream?: string; error?: { description?: string } } | undefined;
  if (typeof reply?.stream === 'string' && reply.error === undefined) return undefined;
  return new Error(`the stream refuses: ${reply?.error?.description ?? 'unreadable reply'}`);
}

// By hand: a zod schema on each answer would cost more than the rest of the path.
function readOutcome(message: Msg): CallbackOutcome | undefined {
  const reply = parseJson(message) as Partial<CallbackOutcome> | undefined;
  if (!reply || typeof reply !== 'object') return undefined;
  if (!NAMES.has(reply.outcome ?? '') || Number.isNaN(Date.parse(reply.decidedAt ?? ''))) return undefined;
  return reply as CallbackOutcome;
}

const NAMES: ReadonlySet<string> = new Set(CALLBACK_OUTCOMES);

function parseJson(message: Msg): unknown {
  try {
    return JSON.parse(message.string());
  } catch {
    return undefined;
  }
}
