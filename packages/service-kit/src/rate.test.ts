import { expect, test } from 'vitest';
import { judgeRate, type RateThresholds } from './rate.ts';

const success: RateThresholds = { unit: 'share', better: 'more', normal: 0.95, alert: 0.9 };
const response: RateThresholds = { unit: 'seconds', better: 'less', normal: 2, alert: 5 };

test.each([
  [success, 1, 'ok'],
  [success, 0.95, 'ok'],
  [success, 0.94, 'warn'],
  [success, 0.9, 'warn'],
  [success, 0.89, 'alert'],
  [response, 0, 'ok'],
  [response, 2, 'ok'],
  [response, 2.1, 'warn'],
  [response, 5, 'warn'],
  [response, 5.1, 'alert'],
] as const)('with %o, %d is %s', (thresholds, value, state) => {
  expect(judgeRate('x', thresholds, { value, sampleSize: 20, windowSeconds: 60 })).toEqual({
    name: 'x',
    ...thresholds,
    value,
    sampleSize: 20,
    windowSeconds: 60,
    fewSamples: false,
    state,
  });
});

test('without a sample there is no value and no judgement', () => {
  expect(judgeRate('x', success, { value: Number.NaN, sampleSize: 0, windowSeconds: 60 })).toMatchObject({
    value: null,
    fewSamples: false,
    state: 'no_data',
  });
});

const failures: RateThresholds = { unit: 'share', better: 'less', normal: 0.02, alert: 0.05 };

test.each([
  [success, 1, 1, 'ok', true],
  [success, 1, 0, 'warn', true],
  [success, 4, 0, 'warn', true],
  [success, 5, 0, 'alert', true],
  [success, 6, 2 / 6, 'warn', true],
  [success, 6, 1 / 6, 'alert', true],
  [success, 19, 15 / 19, 'warn', true],
  [success, 19, 14 / 19, 'alert', true],
  [success, 19, 0, 'alert', true],
  [success, 20, 0.89, 'alert', false],
  [success, 20, 0.9, 'warn', false],
  [failures, 4, 1, 'warn', true],
  [failures, 19, 4 / 19, 'warn', true],
  [failures, 19, 5 / 19, 'alert', true],
  [failures, 19, 1, 'alert', true],
  [failures, 19, 0, 'ok', true],
  [response, 1, 9, 'warn', true],
  [response, 19, 9, 'warn', true],
  [response, 20, 9, 'alert', false],
] as const)('with %o, of %d samples %d is %s', (thresholds, sampleSize, value, state, fewSamples) => {
  expect(judgeRate('x', thresholds, { value, sampleSize, windowSeconds: 60 })).toMatchObject({ state, fewSamples });
});
