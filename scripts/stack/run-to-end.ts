import { superviseProcess } from '@orderbridge/service-kit/local/supervised-process';

export type OneShot = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Ends the program when it aborts. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Runs a program to its end.
 * @throws Error with its last lines when it does not end with 0
 */
export async function runToEnd({ signal, ...spec }: OneShot): Promise<void> {
  signal?.throwIfAborted();
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  const child = await superviseProcess({
    ...spec,
    restart: false,
    onEvent: (event) => {
      if (event.kind !== 'started') resolve(event.exit.code);
    },
  });
  const stop = () => void child.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const code = await ended;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (code !== 0) throw new Error(`${spec.name} failed:\n${child.recentOutput(30).join('\n')}`);
}
