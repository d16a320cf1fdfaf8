import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Measured } from './measure-lanes.ts';

/** What a load process says to its parent. */
export type LoadNews =
  | { readonly kind: 'window opened' }
  | { readonly kind: 'window closed' }
  | { readonly kind: 'measured'; readonly measured: Measured }
  | { readonly kind: 'failed'; readonly why: string };

export type LoadHooks = { readonly opened: (loadPid: number) => void; readonly closed: (loadPid: number) => void };

/** Runs one of the load files of this folder in a process of its own, so that its work is not on our event loop. */
export function runLoad<Job>(file: LoadFile, job: Job, hooks: LoadHooks): Promise<Measured> {
  return new Promise((resolve, reject) => {
    // The services' --cpu-prof must not reach the load.
    const child = fork(join(import.meta.dirname, file), {
      serialization: 'advanced',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const pid = child.pid!;
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it had measured`)));
    child.on('message', (news: LoadNews) => {
      if (news.kind === 'window opened') hooks.opened(pid);
      else if (news.kind === 'window closed') hooks.closed(pid);
      else {
        child.disconnect();
        if (news.kind === 'measured') resolve(news.measured);
        else reject(new Error(`${file}: ${news.why}`));
      }
    });
    child.send(job as object);
  });
}
type LoadFile = 'http-load.ts' | 'sql-load.ts';

/** The child's side: takes the one job, reports the window and the result. */
export function serveLoad<Job>(
  run: (job: Job, tell: (moment: 'window opened' | 'window closed') => void) => Promise<Measured>,
): void {
  const tell = (news: LoadNews) => process.send?.(news);
  process.once('message', (job: Job) => {
    run(job, (kind) => tell({ kind })).then(
      (measured) => tell({ kind: 'measured', measured }),
      (error: unknown) => tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
    );
  });
}
