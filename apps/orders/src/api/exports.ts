import { ReadableStream } from 'node:stream/web';
import {
  AuditExport,
  CallbacksExport,
  EvidenceExport,
  ExceptionsExport,
  OrdersExport,
  PaymentsExport,
  RefundsExport,
} from '@orderbridge/contracts/exports-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import { UnfitRequest } from '@orderbridge/service-kit/json-requests';
import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { recordRefusedVerb } from '../audit/record-verb.ts';
import type { OrdersContext } from '../context.ts';
import { DomainError, NotAllowed, NotSignedIn, TooMany } from '../errors.ts';
import type { ExportContext } from '../exports/record-export.ts';
import { exportAudit } from '../audit/export-audit.ts';
import { exportCallbacks } from '../callbacks/export-callbacks.ts';
import { exportExceptions } from '../exceptions/export-exceptions.ts';
import { exportEvidence } from '../orders/export-evidence.ts';
import { exportOrders } from '../orders/export-orders.ts';
import { exportPayments } from '../payments/export-payments.ts';
import { exportRefunds } from '../payments/export-refunds.ts';
import { actorOf, type Principal } from '../staff/principal.ts';
import { requireFresh } from '../staff/require-fresh.ts';
import type { TakeCall } from './call-limits.ts';
import { toTRPCError } from './error-to-trpc.ts';
import type { refusals } from './refusal.ts';

const URL_MAX_CHARACTERS = 16 * 1024;

type ExportFile = `${string}.csv` | `${string}.zip`;
type Chunk = string | Uint8Array;
type Asked = { readonly requestId: string; readonly source: string };
type Edge = {
  readonly asked: (c: Context) => Asked;
  readonly principalOf: (c: Context) => Promise<Principal | undefined>;
  readonly takeCall: TakeCall;
  readonly answer: ReturnType<typeof refusals>['answer'];
};

/**
 * `GET /exports/<name>.csv` of lists, and `GET /exports/evidence.zip`, for people by session and for machines by token. What is
 * wrong before the first byte is answered as the API answers it; a trouble later breaks the connection off, so that a
 * cut file is never taken for a whole one.
 */
export function exportRoutes(context: OrdersContext, { asked, principalOf, takeCall, answer }: Edge): Hono {
  const app = new Hono();
  const route = <Query extends z.ZodType>(
    file: ExportFile,
    query: Query,
    open: (
      context: OrdersContext & ExportContext & { readonly signal: AbortSignal },
      query: z.output<Query>,
    ) => AsyncGenerator<Chunk, void, void>,
    /** What its list needs, beside the permission to download. */
    toSee?: Permission,
  ) =>
    app.get(`/${file}`, async (c) => {
      const who = asked(c);
      const procedure = `export.${file.split('.')[0]}`;
      let principal: Principal | undefined;
      try {
        fit(c);
        principal = await principalOf(c);
        await takeCall(principal, who.source);
        const by = admit(principal, context.now, 'exports.download');
        if (toSee) admit(principal, context.now, toSee);
        const given = parse(query, c);
        const inClear = asksForPersonalData(given);
        if (inClear) admit(principal, context.now, 'orders.reveal');
        const left = new AbortController();
        const signal = AbortSignal.any([c.req.raw.signal, left.signal]);
        const chunks = open({ ...context, by, signal }, given);
        const log = { ...who, procedure, actor: by };
        // The first chunks are made before anything is answered.
        const first = [await chunks.next(), await chunks.next()].flatMap(({ done, value }) => (done ? [] : [value]));
        const reader = {
          principal: principal!,
          permission: inClear ? 'orders.reveal' : (toSee ?? 'exports.download'),
        } as const;
        const bytes = bytesOf(context, chunks, first, { ...reader, left }, log);
        return c.body(streamOf(bytes, left), 200, headersOf(file, given, context.now()));
      } catch (error) {
        const refusal = error instanceof UnfitRequest ? error : toTRPCError(getTRPCErrorFromUnknown(error));
        await recordRefusal(context, refusal, { principal, procedure, requestId: who.requestId });
        return answer(c, { ...who, procedure, principal }, refusal);
      }
    });
  route('orders.csv', OrdersExport, exportOrders);
  route('payments.csv', PaymentsExport, exportPayments);
  route('refunds.csv', RefundsExport, exportRefunds, 'refunds.view');
  route('exceptions.csv', ExceptionsExport, exportExceptions, 'exceptions.view');
  route('callbacks.csv', CallbacksExport, exportCallbacks, 'callbacks.view');
  route('audit.csv', AuditExport, exportAudit, 'audit.view');
  route('evidence.zip', EvidenceExport, exportEvidence);
  return app;
}

/** A link on another site must not make somebody's browser fetch, nor leave rows in the audit in their name. */
function fit(c: Context): void {
  if (c.req.raw.method !== 'GET') throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED' });
  if (c.req.url.length > URL_MAX_CHARACTERS) throw new UnfitRequest(414);
  const site = c.req.header('sec-fetch-site');
  if (site && site !== 'same-origin' && site !== 'none') throw new UnfitRequest(403);
}

function parse<Query extends z.ZodType>(query: Query, c: Context): z.output<Query> {
  const given = Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
  const parsed = query.safeParse(given);
  if (!parsed.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: parsed.error });
  return parsed.data;
}

/** Personal data in clear needs a permission of its own and a fresh password check. Answers the actor. */
function admit(principal: Principal | undefined, now: () => Date, permission: Permission): string {
  if (!principal) throw new NotSignedIn('NOT_SIGNED_IN', '请先登录', 'Sign in first');
  if (!principal.permissions.includes(permission)) throw new NotAllowed();
  if (permission === 'orders.reveal') requireFresh({ principal, now });
  return actorOf(principal);
}

const asksForPersonalData = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && 'reveal' in given && given.reveal !== undefined;

type Reader = {
  readonly principal: Principal;
  readonly permission: Permission;
  /** Aborted when the reader went away, or may read no more. */
  readonly left: AbortController;
};

/** Its reader going away ends what is waited for at that moment; a generator alone hears of it only afterwards. */
function streamOf(bytes: AsyncGenerator<Uint8Array, void, void>, left: AbortController): globalThis.ReadableStream {
  const read = {
    next: () => bytes.next(),
    return: async () => {
      left.abort(new Error('its reader went away'));
      return bytes.return();
    },
  };
  return ReadableStream.from({ [Symbol.asyncIterator]: () => read }) as globalThis.ReadableStream;
}

async function* bytesOf(
  { log, access }: OrdersContext,
  chunks: AsyncGenerator<Chunk, void, void>,
  first: readonly Chunk[],
  { principal, permission, left }: Reader,
  who: object,
): AsyncGenerator<Uint8Array, void, void> {
  // A download may take minutes, and a session that was ended may have no more of it than of a live feed (P15).
  const unwatch = access.watch(principal, permission, () => left.abort(new Error('its reader lost the permission')));
  let broken = false;
  try {
    for (const chunk of first) yield bytesIn(chunk);
    for await (const chunk of chunks) {
      left.signal.throwIfAborted();
      yield bytesIn(chunk);
    }
    log.info('exported', who);
  } catch (error) {
    log.error('export broken off', who, error);
    broken = true;
  } finally {
    unwatch();
    // Its reader may be gone before the first chunk was taken; the audit hears of that, too.
    await chunks.return();
  }
  // The server's adapter prints what it is given; the line above has said all there is to say.
  if (broken) throw new Error('the export was broken off');
}

const bytesIn = (chunk: Chunk): Uint8Array => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
const encoder = new TextEncoder();

function headersOf(file: ExportFile, given: unknown, now: Date): Record<string, string> {
  const [name, ending] = file.split('.') as [string, 'csv' | 'zip'];
  const made = now.toISOString().slice(0, 19).replaceAll(/\D/g, '');
  const number = orderNumberIn(file, given);
  return {
    'content-type': ending === 'csv' ? 'text/csv; charset=utf-8' : 'application/zip',
    'content-disposition': `attachment; filename="${[name, ...number, made].join('-')}.${ending}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
}

/** A pack of one order is named after it. */
const orderNumberIn = (file: ExportFile, given: unknown): string[] =>
  file === 'evidence.zip' ? [(given as EvidenceExport).orderNumber.replaceAll(/[^\w-]/g, '_')] : [];

async function recordRefusal(
  context: OrdersContext,
  refusal: TRPCError | UnfitRequest,
  { principal, procedure, requestId }: { principal: Principal | undefined; procedure: string; requestId: string },
): Promise<void> {
  if (!principal || refusal instanceof UnfitRequest || !(refusal.cause instanceof DomainError)) return;
  // As with procedures, what the limit of calls refuses is nothing that somebody tried, and must cost next to nothing.
  if (refusal.cause instanceof TooMany) return;
  const { code: errorCode, message, messageEn } = refusal.cause;
  try {
    await recordRefusedVerb(
      context,
      { principal, procedure, input: undefined, requestId },
      { errorCode, message, messageEn },
    );
  } catch (error) {
    context.log.warn('verb not audited', { procedure, actor: actorOf(principal), requestId }, error);
  }
}
