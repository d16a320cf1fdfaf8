import { join } from 'node:path';

import { REPO_ROOT } from '../stack/start-stack.ts';
import type { Check } from './run-check.ts';

/** Everything that needs no database: together they stay under a minute. */
export const CHECKS: readonly Check[] = [
  { name: 'lint', ...tool('oxlint', '--type-aware', '--quiet') },
  { name: 'types', ...tool('tsc', '-p', 'tsconfig.json') },
  { name: 'types of the admin web', ...tool('tsc', '-p', 'apps/admin-web/tsconfig.json') },
  { name: 'format', ...tool('oxfmt', '--check') },
  { name: 'dead code', ...tool('knip') },
  { name: 'diagrams match the tables', ...script('scripts/generate-diagrams.ts', '--check') },
  { name: 'paths in documents exist', ...script('scripts/check-doc-refs.ts') },
];

function tool(name: string, ...args: string[]) {
  return { command: join(REPO_ROOT, 'node_modules', '.bin', name), args };
}

function script(...args: string[]) {
  return { command: process.execPath, args };
}
