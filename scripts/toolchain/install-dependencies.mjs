import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runStep } from './run-step.mjs';
import { writableHome } from './writable-home.mjs';

/** Installs what the lock file says, unless that was done before. */
export async function installDependencies(repoRoot, toolchain, env) {
  const wanted = hashOfManifests(repoRoot);
  const stamp = join(repoRoot, 'node_modules', '.orderbridge-install');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  await runStep(
    'installing packages',
    toolchain.pnpm,
    ['install', '--frozen-lockfile', '--reporter=append-only', '--config.confirm-modules-purge=false'],
    {
      cwd: repoRoot,
      env: writableHome() ? env : { ...env, ...dirsInside(join(repoRoot, '.toolchain')) },
      progress: /Progress: .*?downloaded (\d+), added (\d+)/,
    },
  );
  writeFileSync(stamp, wanted);
}

function hashOfManifests(repoRoot) {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...memberManifests(repoRoot)]) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(repoRoot, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function memberManifests(repoRoot) {
  return ['apps', 'packages'].flatMap((group) =>
    readdirSync(join(repoRoot, group))
      .sort()
      .map((name) => `${group}/${name}/package.json`)
      .filter((file) => existsSync(join(repoRoot, file))),
  );
}

function dirsInside(toolchainDir) {
  return {
    XDG_DATA_HOME: join(toolchainDir, 'share'),
    XDG_CACHE_HOME: join(toolchainDir, 'cache'),
    XDG_STATE_HOME: join(toolchainDir, 'state'),
  };
}
