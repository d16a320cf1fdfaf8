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

test.each([
  [19, 0.89, 'warn', true],
  [19, 0.94, 'warn', true],
  [1, 1, 'ok', true],
  [20, 0.89, 'alert', false],
] as const)('of %d samples, %d is %s', (sampleSize, value, state, fewSamples) => {
  expect(judgeRate('x', success, { value, sampleSize, windowSeconds: 60 })).toMatchObject({ state, fewSamples });
});
