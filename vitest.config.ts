import { defineConfig } from 'vitest/config';

const sameExamples = './scripts/property-seed.ts';
const needsPostgres = './packages/service-kit/src/testing/global-setup.ts';

// The default of one second is less than a busy machine takes to start a process; what holds is seen at once anyway.
const poll = { timeout: 20_000 };

// @NOTE The suffix of a test file says what it needs: .test.ts nothing, .int.test.ts PostgreSQL and NATS,
// .e2e.test.ts the whole system.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: sameExamples,
          include: ['{apps,packages}/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'int',
          setupFiles: sameExamples,
          include: ['{apps,packages}/*/test/**/*.int.test.ts'],
          globalSetup: needsPostgres,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'e2e',
          setupFiles: sameExamples,
          include: ['e2e/**/*.e2e.test.ts'],
          globalSetup: needsPostgres,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 180_000,
          expect: { poll },
          // The whole system under load leaves no room for the other projects beside it.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
