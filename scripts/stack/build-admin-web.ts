import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { runToEnd } from './run-to-end.ts';

const BUILT_FROM = [
  'apps/admin-web/package.json',
  'apps/admin-web/vite.config.ts',
  'apps/admin-web/index.html',
  'apps/admin-web/src',
  'apps/admin-web/public',
  'packages/contracts/src',
  'packages/state-machine/src',
  'pnpm-lock.yaml',
];

/** Builds the admin web's client into its `dist`, unless the build there is of these very sources. */
export async function buildAdminWeb(options: {
  repoRoot: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  signal?: AbortSignal;
}): Promise<'built' | 'up to date'> {
  const { repoRoot, env, logFile, signal } = options;
  const app = join(repoRoot, 'apps', 'admin-web');
  const stamp = join(app, 'dist', '.built-from');
  const sources = hashOf(repoRoot);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return 'up to date';

  await runToEnd({
    name: 'the admin web build',
    command: process.execPath,
    args: [viteProgram(app), 'build'],
    cwd: app,
    env: { ...env, NODE_ENV: 'production', NO_COLOR: '1' },
    logFile,
    signal,
  });
  writeFileSync(stamp, sources);
  return 'built';
}

function viteProgram(app: string): string {
  const manifest = createRequire(join(app, 'package.json')).resolve('vite/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { vite: string } };
  return join(dirname(manifest), bin.vite);
}

function hashOf(repoRoot: string): string {
  const hash = createHash('sha256');
  for (const file of BUILT_FROM.flatMap((path) => filesBelow(repoRoot, path))) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(repoRoot, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(repoRoot: string, path: string): string[] {
  const absolute = join(repoRoot, path);
  if (!existsSync(absolute)) return [];
  try {
    return readdirSync(absolute, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(repoRoot.length + 1))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
