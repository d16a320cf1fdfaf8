import { printProgress } from './stack/progress.ts';
import { summaryLine } from './tests/count-tests.ts';
import { buildClientForTests, withChromium } from './tests/prepare-browser-tests.ts';
import { runVitest } from './tests/run-vitest.ts';

const progress = printProgress();
try {
  // The same promises as in `npm test`, with ten times the counts.
  const env = await withChromium({ ...process.env, PROVE_SCALE: process.env['PROVE_SCALE'] ?? '10' }, progress);
  await buildClientForTests(env, progress);
  const counts = await runVitest(['--project', 'e2e', ...process.argv.slice(2)], env);
  console.log(summaryLine(counts));
  process.exit(counts.failed === 0 ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
