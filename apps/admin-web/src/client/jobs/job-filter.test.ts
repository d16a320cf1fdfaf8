import { expect, test } from 'vitest';
import { jobListInput } from './job-filter.ts';

const BATCH = '019ac000-0000-7000-8000-000000000001';

test('an address becomes what job.list takes', () => {
  expect(jobListInput(new URLSearchParams(`orderNumber= 17&kind=push&state=gave_up&batchId=${BATCH}`))).toEqual({
    orderNumber: '17',
    kind: 'push',
    state: 'gave_up',
    batchId: BATCH,
  });
});

test('what the address should not hold is left out', () => {
  expect(jobListInput(new URLSearchParams('kind=steal&state=&batchId=1&orderNumber='))).toEqual({});
});
