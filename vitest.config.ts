import { defineConfig } from 'vitest/config';

const needsPostgres = './packages/service-kit/src/testing/global-setup.ts';

// @NOTE The suffix of a test file says what it needs: .test.ts nothing, .int.test.ts PostgreSQL and NATS,
// .e2e.test.ts the whole system.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'int',
          include: ['{apps,packages}/*/test/**/*.int.test.ts'],
          globalSetup: needsPostgres,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          globalSetup: needsPostgres,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // The whole system under load leaves no room for the other projects beside it.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
