import { expect, test } from 'vitest';

import { addCounts, countTests, summaryLine, type VitestReport } from './count-tests.ts';

const green: VitestReport = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

test('a green run is counted as it is', () => {
  expect(countTests(green, 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
});

test('a file that could not be loaded is a failure', () => {
  const report = { ...green, testResults: [{ status: 'failed', assertionResults: [] }] };

  expect(countTests(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('a failed test is not counted a second time for its file', () => {
  const report = {
    ...green,
    numFailedTests: 2,
    testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'failed' }] }],
  };

  expect(countTests(report, 1).failed).toBe(2);
});

test.each([
  ['a run that failed between its tests', green, { passed: 3, failed: 1, skipped: 2 }],
  ['a crash before the report', undefined, { passed: 0, failed: 1, skipped: 0 }],
])('%s is a failure', (_case, report, counts) => {
  expect(countTests(report, 1)).toEqual(counts);
});

test('the last line names skipped tests only when there are some', () => {
  const checks = { passed: 7, failed: 0, skipped: 0 };

  expect(summaryLine(checks)).toBe('7 passed, 0 failed');
  expect(summaryLine(addCounts([checks, { passed: 1, failed: 2, skipped: 3 }]))).toBe('8 passed, 2 failed, 3 skipped');
});
