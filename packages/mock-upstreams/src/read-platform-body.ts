import type { Context } from 'hono';
import type { z } from 'zod';

/** What a platform was asked, or the words with which it says what does not fit. */
export type PlatformReading<T> =
  | { ok: true; value: T }
  /** `unreadable`: no JSON at all, which platforms answer with HTTP 400. */
  | { ok: false; problem: 'unreadable' | 'unfit'; text: string };

/** Reads the JSON body of a call strictly: an unknown name or a wrong type is a problem that names the field. */
export async function readPlatformBody<T extends z.ZodType>(
  c: Context,
  schema: T,
): Promise<PlatformReading<z.output<T>>> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
    return { ok: false, problem: 'unreadable', text: 'Content-Type必须是application/json' };
  let given: unknown;
  try {
    given = JSON.parse(await c.req.text());
  } catch {
    return { ok: false, problem: 'unreadable', text: '请求体不是有效的JSON' };
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problem: 'unfit', text: `参数错误: ${parsed.error.issues.map(wordsOf).join('; ')}` };
}

function wordsOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${[...path, key].join('.')} 未知字段`).join('; ');
  return `${path.join('.') || '请求体'} ${issue.message}`;
}
