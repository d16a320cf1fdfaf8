import type { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import { complaint } from '../control-input.ts';
import { type Fault, FAULT_HEADER, type FaultMenu, FAULTS, type Strike } from './fault-menu.ts';
import { cutShort, withWrongSignature, withWrongTypes } from './spoil-answer.ts';

/** Longer than the 30 s that callers wait for a platform (domain.md §1.0). */
const SLOW_MS = 35_000;

/**
 * Lets the faults of the menu strike the calls behind it. What an answer cannot show, such as tokens, clocks and
 * callbacks, is up to the platform that is called: it finds the strike in `strikes`.
 */
export function playFaults(menu: FaultMenu, strikes: AsyncLocalStorage<Strike>): MiddlewareHandler {
  return async (c, next) => {
    const asked = c.req.header(FAULT_HEADER);
    if (asked !== undefined && !isFault(asked))
      return c.json(complaint(FAULT_HEADER, `is none of ${FAULTS.join(', ')}`), 400);
    const { pathname, search } = new URL(c.req.url);
    const strike = menu.strike(pathname + search, asked);
    if (!strike) return next();

    const instead = answerUnseen(c, strike);
    if (instead) return instead;
    await strikes.run(strike, next);
    await Promise.all(strike.beforeAnswer);
    const spoilt = await spoil(c, strike);
    if (!spoilt) return;
    // Hono would put the headers of the first answer over those of the second.
    c.res = undefined;
    c.res = spoilt;
  };
}

const isFault = (text: string): text is Fault => (FAULTS as readonly string[]).includes(text);

/** The answer of a platform that did nothing at all. */
function answerUnseen(c: Context, { fault, retryAfterSeconds, text }: Strike): Response | undefined {
  switch (fault) {
    case 'drop-before-commit':
      return hangUp(c);
    case 'http-429':
      return c.json({ success: false, code: '429', message: '请求过于频繁', data: null }, 429, {
        'retry-after': String(retryAfterSeconds),
      });
    case 'http-500':
      return c.json({ success: false, code: '500', message: '系统异常', data: null }, 500);
    case 'success-false':
      return c.json({ success: false, code: 'error', message: text, data: null });
    default:
      return undefined;
  }
}

/** What becomes of the answer of a platform that did what it was asked; undefined when it stays as it is. */
async function spoil(c: Context, { fault, delayMs = SLOW_MS }: Strike): Promise<Response | undefined> {
  switch (fault) {
    case 'slow':
      // Nobody has to wait for an answer that nobody waits for.
      await wait(delayMs, undefined, { signal: c.req.raw.signal }).catch(() => undefined);
      return undefined;
    case 'drop-after-commit':
      await c.res.body?.cancel();
      return hangUp(c);
    case 'bad-json':
      return cutShort(c.res);
    case 'wrong-types':
      return withWrongTypes(c.res);
    case 'wrong-sign':
      return withWrongSignature(c.res);
    default:
      return undefined;
  }
}

function hangUp(c: Context): Response {
  const { outgoing } = c.env as Partial<HttpBindings>;
  if (!outgoing) throw new Error('there is no line to drop: call mock-upstreams over HTTP');
  outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}
