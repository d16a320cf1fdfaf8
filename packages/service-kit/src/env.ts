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

/** The environment as it was given, without what is unset. */
export type GivenEnv = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment through a schema and reports every problem at once, never a value (it may be a secret).
 * Empty text counts as unset, so that `NAME=` in a file means the default. `alsoWrong` adds problems that no single
 * variable shows, for instance what only production needs.
 * @throws EnvError
 */
export function parseEnv<T extends z.ZodType>(
  schema: T,
  env: GivenEnv,
  alsoWrong: (given: GivenEnv) => string[] = () => [],
): z.output<T> {
  const given: GivenEnv = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  const problems = [
    ...(parsed.error?.issues.map((issue) => {
      const name = String(issue.path[0] ?? '');
      return given[name] === undefined && name ? `${name} is not set` : `${name} ${issue.message}`.trim();
    }) ?? []),
    ...alsoWrong(given),
  ];
  if (problems.length > 0 || !parsed.success) throw new EnvError(problems);
  return parsed.data;
}

/**
 * For `parseEnv`: under `APP_PROFILE` production (the default) one problem for each of these secrets that is set but
 * shorter than its least length. A demo may play with short ones.
 */
export const weakInProduction =
  (leastCharacters: Readonly<Record<string, number>>) =>
  (given: GivenEnv): string[] =>
    (given['APP_PROFILE'] ?? 'production') !== 'production'
      ? []
      : Object.entries(leastCharacters).flatMap(([name, least]) =>
          (given[name]?.length ?? least) < least ? [`${name} is shorter than ${least} characters`] : [],
        );

/** A TCP port from 1 to 65535. */
export const port = z.coerce.number().int().min(1).max(65_535);

/** `true`/`false` (also 1/0, yes/no, on/off); anything else is a problem, not a silent false. */
export const flag = z.stringbool();
