import { CHECKS } from './checks/checks.ts';
import { runChecks } from './checks/run-check.ts';
import { REPO_ROOT } from './stack/start-stack.ts';

const results = await runChecks(CHECKS, { cwd: REPO_ROOT, atOnce: 2 });
process.exit(results.every((result) => result.passed) ? 0 : 1);
