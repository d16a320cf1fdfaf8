import { CHECKS } from './checks/checks.ts';
import { runChecks } from './checks/run-check.ts';
import { printProgress } from './stack/progress.ts';
import { REPO_ROOT } from './stack/start-stack.ts';
import { addCounts, summaryLine, type TestCounts } from './tests/count-tests.ts';
import { buildClientForTests, withChromium } from './tests/prepare-browser-tests.ts';
import { runVitest } from './tests/run-vitest.ts';

const vitestArgs = process.argv.slice(2);
const progress = printProgress();
const counts: TestCounts[] = [];
const tookSeconds: string[] = [];

try {
  // First, because what is missing here has to be installed by somebody, and they should not wait to hear it.
  const env = needsBrowser(vitestArgs) ? await withChromium(process.env, progress) : process.env;
  await phase('checks', async () => {
    const results = await runChecks(CHECKS, { cwd: REPO_ROOT, atOnce: 2 });
    const passed = results.filter((result) => result.passed).length;
    counts.push({ passed, failed: results.length - passed, skipped: 0 });
  });
  if (needsBrowser(vitestArgs)) await phase('admin web client', () => buildClientForTests(process.env, progress));
  await phase('tests', async () => {
    counts.push(await runVitest(vitestArgs, env));
  });
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  counts.push({ passed: 0, failed: 1, skipped: 0 });
}

const total = addCounts(counts);
console.log(tookSeconds.join(', '));
console.log(summaryLine(total));
process.exit(total.failed === 0 ? 0 : 1);

async function phase(name: string, work: () => Promise<void>) {
  const startedAtMs = performance.now();
  try {
    await work();
  } finally {
    tookSeconds.push(`${name} ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  }
}

/** Named files decide for themselves: only those of e2e open a browser. */
function needsBrowser(args: readonly string[]): boolean {
  return args.length === 0 || args.some((arg) => arg.includes('e2e'));
}
