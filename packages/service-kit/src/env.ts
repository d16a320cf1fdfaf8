import { z } from 'zod';

/** The environment cannot be used; `problems` has one line for each variable that is wrong. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the environment cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads the environment through a schema and reports every problem at once, never a value (it may be a secret).
 * Empty text counts as unset, so that `NAME=` in a file means the default.
 * @throws EnvError
 */
export function parseEnv<T extends z.ZodType>(
  schema: T,
  env: Readonly<Record<string, string | undefined>>,
): z.output<T> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new EnvError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? '');
      return given[name] === undefined && name ? `${name} is not set` : `${name} ${issue.message}`.trim();
    }),
  );
}

/** A TCP port from 1 to 65535. */
export const port = z.coerce.number().int().min(1).max(65_535);

/** `true`/`false` (also 1/0, yes/no, on/off); anything else is a problem, not a silent false. */
export const flag = z.stringbool();
