import { spawn } from 'node:child_process';

const STILL_AT_IT_EVERY_MS = 10_000;

/**
 * Runs a program silently under a line of its own with the time it took; its output is shown when it fails, and that
 * ends this process. `progress` is a pattern whose last match is shown while it works.
 */
export async function runStep(label, command, args, { cwd, env, progress }) {
  const startedAtMs = Date.now();
  const seconds = () => ((Date.now() - startedAtMs) / 1000).toFixed(1);
  let output = '';
  process.stdout.write(`· ${label} ...\n`);
  const ticker = setInterval(() => {
    const latest = progress ? [...output.matchAll(new RegExp(progress, 'g'))].at(-1)?.[0] : undefined;
    process.stdout.write(`  still ${label}, ${seconds()} s${latest ? ` (${latest})` : ''}\n`);
  }, STILL_AT_IT_EVERY_MS);

  const code = await new Promise((resolve) => {
    // Only the .cmd shims of Windows need a shell.
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: command.endsWith('.cmd'),
    });
    const forward = (signal) => child.kill(signal);
    process.once('SIGINT', forward).once('SIGTERM', forward);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', (error) => {
      output += error.code === 'ENOENT' ? `${command} was not found on this system` : error.message;
      resolve(1);
    });
    child.on('close', (exitCode, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(signal ? 130 : exitCode);
    });
  });
  clearInterval(ticker);
  if (code !== 0) {
    process.stdout.write(`${output.trimEnd()}\n`);
    stop(`✗ ${label} failed after ${seconds()} s`, code);
  }
  process.stdout.write(`✓ ${label} (${seconds()} s)\n`);
}

/** Ends this process with one line that says why. */
export function stop(line, code = 1) {
  process.stderr.write(`${line}\n`);
  process.exit(code);
}
