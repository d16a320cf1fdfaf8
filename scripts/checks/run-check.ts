import { spawn } from 'node:child_process';

export type Check = {
  /** What it looks at, in a word or two. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
};

export type CheckResult = {
  readonly name: string;
  readonly passed: boolean;
  readonly tookMs: number;
  readonly output: string;
};

/** Runs the checks, some at a time, and prints a line for each as it ends; output is shown of those that fail. */
export async function runChecks(
  checks: readonly Check[],
  { cwd, atOnce }: { cwd: string; atOnce: number },
): Promise<CheckResult[]> {
  const waiting = [...checks];
  const results: CheckResult[] = [];
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const result = await runCheck(check, cwd);
      results.push(result);
      console.log(`${result.passed ? '✓' : '✗'} ${result.name} (${(result.tookMs / 1000).toFixed(1)} s)`);
      if (!result.passed) console.log(indent(result.output));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

function runCheck({ name, command, args }: Check, cwd: string): Promise<CheckResult> {
  const startedAtMs = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, [...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (passed: boolean) => resolve({ name, passed, tookMs: performance.now() - startedAtMs, output });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    }
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

function indent(output: string): string {
  return output.trimEnd().replaceAll(/^/gm, '    ');
}
