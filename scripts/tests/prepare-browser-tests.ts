import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { buildAdminWeb } from '../stack/build-admin-web.ts';
import type { Progress } from '../stack/progress.ts';
import { REPO_ROOT } from '../stack/start-stack.ts';
import { findChromium } from './find-chromium.ts';

/**
 * Finds or installs the browser; answers the environment for vitest.
 * @throws Error with one line that says how to get one
 */
export async function withChromium(env: NodeJS.ProcessEnv, progress: Progress): Promise<NodeJS.ProcessEnv> {
  return { ...env, CHROMIUM_PATH: await findChromium(env, progress) };
}

/** The client that the browser tests look at. */
export async function buildClientForTests(env: NodeJS.ProcessEnv, progress: Progress): Promise<void> {
  const logDir = join(REPO_ROOT, 'node_modules', '.cache', 'orderbridge');
  mkdirSync(logDir, { recursive: true });
  await progress.step('admin web client', () =>
    buildAdminWeb({ repoRoot: REPO_ROOT, env, logFile: join(logDir, 'admin-web-build.log') }),
  );
}
