import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import type { Progress } from '../stack/progress.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Without Chinese letters the screenshots would be full of boxes. */
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

/**
 * The browser for the tests: `CHROMIUM_PATH`, one on PATH, or one installed now from the system's packages.
 * @throws Error with one line that says how to get one
 */
export async function findChromium(env: NodeJS.ProcessEnv, progress: Progress): Promise<string> {
  const given = env['CHROMIUM_PATH'];
  if (given) {
    if (isExecutable(given)) return given;
    throw new Error(`CHROMIUM_PATH is ${given}, which is no program that can be run`);
  }
  return chromiumOnPath(env) ?? installChromium(env, progress);
}

async function installChromium(env: NodeJS.ProcessEnv, progress: Progress): Promise<string> {
  const aptGet = findOnPath(env, ['apt-get']);
  const prefix = await wayToBecomeRoot();
  if (!prefix || !aptGet) throw new Error(howToGetChromium(aptGet));
  const run = (...args: string[]) => {
    const [command = aptGet, ...rest] = [...prefix, aptGet, ...args];
    return promisify(execFile)(command, rest, {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    });
  };
  await progress.step('installing Chromium from the system packages', async (say) => {
    try {
      say('reading the package lists');
      await run('update');
      say('fetching and unpacking');
      await run('install', '-y', '--no-install-recommends', ...PACKAGES);
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string };
      const reason = stderr.split('\n').findLast((line) => line.startsWith('E:')) ?? 'apt-get failed';
      throw new Error(`Chromium could not be installed (${reason}): ${howToGetChromium(aptGet)}`, { cause: error });
    }
  });
  const installed = chromiumOnPath(env);
  if (!installed) throw new Error(howToGetChromium(aptGet));
  return installed;
}

function howToGetChromium(aptGet: string | undefined): string {
  const commands: Record<string, string> = { darwin: 'run "brew install --cask chromium"' };
  const how =
    commands[process.platform] ??
    (aptGet ? `run "sudo apt-get install ${PACKAGES.join(' ')}"` : `install your system's packages of Chromium`);
  return `the browser tests need Chromium: ${how}, or set CHROMIUM_PATH to a Chromium or Chrome that you have`;
}

/** What to put before a command; undefined when there is no way without a password. */
async function wayToBecomeRoot(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  try {
    await promisify(execFile)('sudo', ['-n', 'true']);
    return ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
  } catch {
    return undefined;
  }
}

function chromiumOnPath(env: NodeJS.ProcessEnv): string | undefined {
  return findOnPath(env, NAMES);
}

function findOnPath(env: NodeJS.ProcessEnv, names: readonly string[]): string | undefined {
  const dirs = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => dirs.map((dir) => join(dir, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
