import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function captured() {
  const lines: string[] = [];
  const log = createLogger({
    service: 'test',
    level: 'info',
    fields: ['orderNumber'],
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { log, read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('only fields on the list are written, and no objects', () => {
  const { log, read } = captured();
  const stray = { id: '1', orderNumber: { phone: '13800001234' }, phone: '13800001234', contactName: '张三' };
  log.info('callback applied', stray);
  expect(read()).toEqual([
    {
      level: 'info',
      time: expect.any(String),
      service: 'test',
      event: 'callback applied',
      id: '1',
      orderNumber: '[Object]',
    },
  ]);
});

test('one line each, with millisecond time and the error’s own words', () => {
  const { log, read } = captured();
  log.error('batch failed', { count: 3 }, Object.assign(new TypeError('no such\nthing'), { code: 'E1' }));
  log.debug('not at this level');
  const [line, ...rest] = read();
  expect(rest).toEqual([]);
  expect(line).toMatchObject({ count: 3, error: { name: 'TypeError', code: 'E1', message: 'no such\nthing' } });
  expect(line!['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('long text is cut', () => {
  const { log, read } = captured();
  log.warn('refused', { reason: 'x'.repeat(5_000) });
  expect((read()[0]!['reason'] as string).length).toBe(301);
});

test.each([
  [
    Object.assign(new Error('new row violates check "positive"\n - detail: Failing row contains (1, 13800001234).'), {
      code: '23514',
    }),
    'new row violates check "positive"',
  ],
  [
    Object.assign(new Error('value "13800001234x" is out of range for type integer'), { code: '22003' }),
    'value "…" is out of range for type integer',
  ],
  [
    new SyntaxError(`Unexpected token '1', "13800001234," is not valid JSON`),
    'Unexpected token "…", "…" is not valid JSON',
  ],
])('data that an error quotes is left out: %s', (error, message) => {
  const { log, read } = captured();
  log.error('failed', {}, error);
  expect(read()[0]!['error']).toMatchObject({ message, stack: expect.stringMatching(/^\s+at /) });
  expect(JSON.stringify(read())).not.toContain('13800001234');
});
