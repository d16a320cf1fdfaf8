import { timingSafeEqual } from 'node:crypto';
import { HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { Hono } from 'hono';
import { signHaierCallback } from './sign-callback.ts';

/**
 * The least that a receiver of Haier callbacks can do: read the body, verify the Sign, say so. It keeps nothing and
 * checks nothing else; bench/ measures the gateway's refusals against it.
 */
export function createBareReceiver({ secret }: { secret: string }): Hono {
  const app = new Hono();
  app.post(`${HAIER_CALLBACK_PATHS[0]}/`, async (c) => {
    const { Sign = '', ...fields } = Object.fromEntries(new URLSearchParams(await c.req.text()));
    const expected = Buffer.from(signHaierCallback(fields, secret));
    const given = Buffer.from(Sign);
    const verified = given.length === expected.length && timingSafeEqual(given, expected);
    return c.json(verified ? VERIFIED : REFUSED);
  });
  return app;
}

const VERIFIED = { success: true, code: 'success', description: '成功', data: {} };
const REFUSED = { success: false, code: 'error', description: '签名验证失败', data: {} };
