const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];

/** Everything this server ever logs about a request: no query, no body, no cookie. */
export type LogFields = {
  service?: string;
  procedure?: string;
  method?: string;
  status?: number;
  durationMs?: number;
  requestId?: string;
  reason?: string;
  port?: number;
};
export type Log = Record<Level, (event: string, fields?: LogFields) => void>;

/** One JSON line per event, in the shape of the other services' logs. */
export function jsonLog(minimum: Level | 'silent', write: (line: string) => void, now: () => Date): Log {
  const from = minimum === 'silent' ? LEVELS.length : LEVELS.indexOf(minimum);
  const at =
    (level: Level) =>
    (event: string, fields: LogFields = {}) => {
      if (LEVELS.indexOf(level) < from) return;
      write(`${JSON.stringify({ level, time: now().toISOString(), app: 'admin-web', ...fields, event })}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
