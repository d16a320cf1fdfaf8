import { Hono } from 'hono';
import { z } from 'zod';
import { readControl } from './control-input.ts';
import type { TokenDesk } from './token-desk.ts';

/** What `POST /_control/tokens` takes: how every token that was handed out ends now. */
export const TokenOrder = z.strictObject({
  platform: z.enum(['haier', 'ylh']),
  become: z.enum(['revoked', 'expired']),
});
export type TokenOrder = z.input<typeof TokenOrder>;

/** Ends tokens before their time, under `/_control/tokens`. */
export function tokenControl(desks: Readonly<Record<'haier' | 'ylh', TokenDesk | undefined>>): Hono {
  const app = new Hono();
  app.post('/_control/tokens', async (c) => {
    const told = await readControl(c, TokenOrder);
    if (!told.ok) return told.refusal;
    const { platform, become } = told.value;
    return c.json({ ended: desks[platform]?.endAll(become) ?? 0 });
  });
  return app;
}
