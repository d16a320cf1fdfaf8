import { expect, test } from 'vitest';
import { auditListInput } from './audit-filter.ts';

test('texts are trimmed, days become the first and last instant in Beijing', () => {
  expect(
    auditListInput(new URLSearchParams('actor= staff:admin &action=order_created&from=2026-11-20&to=2026-11-21')),
  ).toEqual({
    actor: 'staff:admin',
    action: 'order_created',
    from: '2026-11-19T16:00:00.000Z',
    to: '2026-11-21T15:59:59.999Z',
  });
});

test('what the address should not hold is left out', () => {
  expect(auditListInput(new URLSearchParams('actor=&from=2026-02-30&to=soon&resourceId=%20'))).toEqual({});
});
