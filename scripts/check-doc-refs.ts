import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Paths that a document names but that do not exist: relative links, and code paths in backticks that look like ours. */
function brokenRefs(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) =>
    join(dirname(file), match[1]!),
  );
  const paths = [...text.matchAll(/`((?:apps|packages|scripts|docs|e2e|bench|deploy)\/[\w./-]+)`/g)].map(
    (match) => match[1]!,
  );
  return [...links, ...paths].filter((path) => !existsSync(join(root, path)));
}

const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const broken = documents.flatMap((file) =>
  brokenRefs(file).map((path) => `${file} names ${path}, which does not exist`),
);
for (const line of broken) process.stdout.write(`${line}\n`);
process.exitCode = broken.length > 0 ? 1 : 0;
