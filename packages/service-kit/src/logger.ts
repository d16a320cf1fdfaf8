import pino, { type DestinationStream } from 'pino';

/** Fields that every service may log; apps add their own by name. Whatever is on no list never reaches a log (R140, R141). */
const COMMON_FIELDS = [
  'id',
  'reason',
  'path',
  'method',
  'status',
  'durationMs',
  'attempt',
  'count',
  'port',
  'stream',
  'subject',
  'requestId',
  'source',
] as const;

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];
export const LOG_LEVELS = [...LEVELS, 'silent'] as const;

const TEXT_MAX = 300;

/** Lines are written together, at the latest after this time: a write per line costs a service 5 % of its throughput. */
const WRITE_EVERY_MS = 20;
const WRITE_BYTES = 4_096;

/** One line per piece of work: `log.info('callback applied', { id, outcome })`. */
export type Log<Field extends string = string> = Record<
  LogLevel,
  (event: string, fields?: Partial<Record<Field | (typeof COMMON_FIELDS)[number], unknown>>, error?: unknown) => void
>;

export type LoggerOptions<Field extends string> = {
  service: string;
  level: LogLevel | 'silent';
  /** Names of the fields this service may log, beside the common ones. */
  fields: readonly Field[];
  destination?: DestinationStream;
};

/**
 * Structured logs, one JSON line each, by allow-list: a field of another name is left out, a text longer than
 * 300 characters is cut, an object is written as its type only. Errors keep name, code, message and stack.
 */
export function createLogger<Field extends string>({
  service,
  level,
  fields,
  destination,
}: LoggerOptions<Field>): Log<Field> {
  const allowed = new Set<string>([...COMMON_FIELDS, ...fields]);
  const sink = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'event',
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ sync: false, fd: 1, minLength: WRITE_BYTES, periodicFlush: WRITE_EVERY_MS }),
  );
  const write =
    (at: LogLevel) =>
    (event: string, given: Partial<Record<string, unknown>> = {}, error?: unknown): void => {
      if (!sink.isLevelEnabled(at)) return;
      const line: Record<string, unknown> = {};
      for (const name in given) if (allowed.has(name)) line[name] = loggable(given[name]);
      if (error !== undefined) line['error'] = describeError(error);
      sink[at](line, event);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function loggable(value: unknown): unknown {
  if (typeof value === 'string') return value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  return `[${value?.constructor?.name ?? typeof value}]`;
}

/**
 * Name, code, message and the top of the stack of anything thrown. What quotes data is left out: the lines after the
 * first, where a database repeats the row that it refused, and the values in messages about values.
 */
export function describeError(error: unknown): { name: string; code?: string; message: string; stack?: string } {
  if (!(error instanceof Error)) return { name: 'NotAnError', message: String(error).slice(0, TEXT_MAX) };
  const code = (error as { code?: unknown }).code;
  const stack = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, STACK_LINES)
    .join('\n');
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: messageOf(error, code).slice(0, TEXT_MAX),
    ...(stack ? { stack } : {}),
  };
}

const STACK_LINES = 5;

function messageOf({ name, message }: Error, code: unknown): string {
  const sqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  const told = sqlState ? message.split('\n', 1)[0]! : message;
  // Class 22 is about data that does not fit, and a SyntaxError quotes the text that could not be parsed.
  return sqlState?.startsWith('22') || name === 'SyntaxError' ? told.replaceAll(/"[^"]*"|'[^']*'/g, '"…"') : told;
}
