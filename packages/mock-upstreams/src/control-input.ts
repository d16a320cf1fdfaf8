import type { Context } from 'hono';
import { z } from 'zod';

/** What a control address was told, or the answer that says what is wrong with it. */
export type Reading<T> = { ok: true; value: T } | { ok: false; refusal: Response };

/** Reads the body of a control request; whatever does not fit is refused with the names of its fields. */
export async function readControl<T extends z.ZodType>(c: Context, schema: T): Promise<Reading<z.output<T>>> {
  let given: unknown;
  try {
    given = await c.req.json();
  } catch {
    return { ok: false, refusal: c.json(complaint('body', 'is no JSON'), 400) };
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { ok: true, value: parsed.data };
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return { ok: false, refusal: c.json({ error: 'bad_input', fields }, 400) };
}

export const complaint = (path: string, message: string) => ({ error: 'bad_input', fields: [{ path, message }] });

const COPIES_MAX = 1_000;

/** How often a callback is sent, and how many copies are under way at once; all of them unless said otherwise. */
export const repetition = {
  copies: z.number().int().min(1).max(COPIES_MAX).default(1),
  concurrency: z.number().int().min(1).max(COPIES_MAX).optional(),
};
