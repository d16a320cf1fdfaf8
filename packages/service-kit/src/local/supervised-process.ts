import { spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';

export type ProcessExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type ProcessEvent =
  | { readonly kind: 'started'; readonly pid: number }
  /** Nobody asked for it; `restartInMs` is undefined when it stays down. */
  | { readonly kind: 'died'; readonly exit: ProcessExit; readonly restartInMs: number | undefined }
  | { readonly kind: 'stopped'; readonly exit: ProcessExit };

export type ProcessSpec = {
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the child. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Standard output and error are appended here; 64 MB are kept, and as much again in `<logFile>.1`. */
  readonly logFile: string;
  /** Default `SIGTERM`. PostgreSQL wants `SIGINT`, because its `SIGTERM` waits for every client to leave. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long a stopping process may take before it gets `SIGKILL`. Default 15000. */
  readonly stopTimeoutMs?: number;
  /** Start it again when it dies without being asked to. Default true. */
  readonly restart?: boolean;
  /** Runs before every start; when it throws, that counts as a start that died. */
  readonly beforeStart?: () => Promise<void>;
  readonly onEvent?: (event: ProcessEvent) => void;
};

export type SupervisedProcess = {
  readonly name: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** How often it was started again after dying. */
  readonly restarts: number;
  /** Starts it now: after `stop`, a death with `restart: false`, or while it waits to be started again; does nothing while it runs. */
  start(): Promise<void>;
  /** Sends the signal and resolves when that process is gone; a supervised one then comes back by itself. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Asks it to end, waits, and kills it when it does not. It stays down. Never rejects. */
  stop(): Promise<void>;
  /** The newest lines it printed since its supervision began. */
  recentOutput(maxLines?: number): string[];
};

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 5_000;
/** A process that lived this long starts again with the shortest delay. */
const STEADY_AFTER_MS = 10_000;
const MAX_LOG_BYTES = 64 * 1024 * 1024;
const LOG_CHECK_EVERY_MS = 30_000;

/** Starts a process and keeps it running until `stop`. It ends with this process, even when this one is killed. */
export async function superviseProcess(spec: ProcessSpec): Promise<SupervisedProcess> {
  const supervised = new Supervision(spec);
  await supervised.start();
  return supervised;
}

class Supervision implements SupervisedProcess {
  readonly name: string;
  restarts = 0;
  readonly #spec: ProcessSpec;
  readonly #logStart: number;
  #wanted = false;
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #backoffMs = FIRST_BACKOFF_MS;

  constructor(spec: ProcessSpec) {
    this.name = spec.name;
    this.#spec = spec;
    mkdirSync(dirname(spec.logFile), { recursive: true });
    if (sizeOf(spec.logFile) > MAX_LOG_BYTES) renameSync(spec.logFile, `${spec.logFile}.1`);
    this.#logStart = sizeOf(spec.logFile);
  }

  get pid() {
    return this.#running?.child.pid;
  }

  start() {
    this.#wanted = true;
    if (this.#running) return Promise.resolve();
    clearTimeout(this.#restartTimer);
    this.#starting ??= this.#launch().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async kill(signal: NodeJS.Signals) {
    const running = this.#running;
    if (!running) return;
    running.child.kill(signal);
    await running.gone;
  }

  async stop() {
    this.#wanted = false;
    clearTimeout(this.#restartTimer);
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    if (!running) return;
    running.child.kill(this.#spec.stopSignal ?? 'SIGTERM');
    const killer = setTimeout(() => running.child.kill('SIGKILL'), this.#spec.stopTimeoutMs ?? 15_000);
    await running.gone;
    clearTimeout(killer);
  }

  recentOutput(maxLines = 20) {
    let text = '';
    try {
      const bytes = readFileSync(this.#spec.logFile);
      const from = bytes.length >= this.#logStart ? this.#logStart : 0;
      text = bytes.subarray(Math.max(from, bytes.length - 64 * 1024)).toString('utf8');
    } catch {
      // Nothing was printed, or somebody removed the log: then there is nothing to show.
    }
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-maxLines);
  }

  async #launch() {
    try {
      await this.#spec.beforeStart?.();
      if (this.#wanted) await this.#spawn();
    } catch (error) {
      // The first start answers to the caller; later ones answer to the next attempt.
      if (this.restarts === 0) {
        this.#wanted = false;
        throw error;
      }
      appendFileSync(this.#spec.logFile, `${this.name} could not be started: ${String(error)}\n`);
      this.#died({ code: null, signal: null }, 0);
    }
  }

  #spawn(): Promise<void> {
    const { command, args = [], cwd, env, uid, gid, logFile, stopSignal = 'SIGTERM' } = this.#spec;
    const log = openSync(logFile, 'a');
    const startedAtMs = performance.now();
    return new Promise((resolve, reject) => {
      // Its own process group: Ctrl-C in a terminal must reach the supervisor only, which stops things in order.
      const child = spawn(command, [...args], {
        stdio: ['ignore', log, log],
        detached: true,
        env: env ?? process.env,
        ...(cwd === undefined ? {} : { cwd }),
        ...(uid === undefined ? {} : { uid }),
        ...(gid === undefined ? {} : { gid }),
      });
      const logCheck = setInterval(() => keepLogSmall(log, logFile), LOG_CHECK_EVERY_MS).unref();
      const closeLog = () => {
        clearInterval(logCheck);
        closeSync(log);
      };
      child.once('error', (error) => {
        if (child.pid !== undefined) return;
        closeLog();
        reject(error);
      });
      child.once('spawn', () => {
        const guard = child.pid === undefined ? undefined : endWithThisProcess(child.pid, stopSignal);
        const gone = new Promise<void>((left) => {
          child.once('exit', (code, signal) => {
            guard?.kill('SIGKILL');
            closeLog();
            this.#running = undefined;
            this.#died({ code, signal }, performance.now() - startedAtMs);
            left();
          });
        });
        this.#running = { child, gone };
        resolve();
        if (child.pid !== undefined) this.#spec.onEvent?.({ kind: 'started', pid: child.pid });
      });
    });
  }

  #died(exit: ProcessExit, livedMs: number) {
    if (!this.#wanted) {
      this.#spec.onEvent?.({ kind: 'stopped', exit });
      return;
    }
    if (this.#spec.restart === false) {
      this.#wanted = false;
      this.#spec.onEvent?.({ kind: 'died', exit, restartInMs: undefined });
      return;
    }
    if (livedMs >= STEADY_AFTER_MS) this.#backoffMs = FIRST_BACKOFF_MS;
    const restartInMs = this.#backoffMs;
    this.#backoffMs = Math.min(restartInMs * 2, LONGEST_BACKOFF_MS);
    this.#restartTimer = setTimeout(() => {
      this.restarts += 1;
      void this.start();
    }, restartInMs);
    this.#spec.onEvent?.({ kind: 'died', exit, restartInMs });
  }
}

/**
 * A shell that waits for this process to disappear, then ends the child. Nothing else would: the child is in a
 * process group of its own, and a killed supervisor runs no exit code.
 */
function endWithThisProcess(pid: number, signal: NodeJS.Signals) {
  const script =
    'read -r _; kill -s "$1" "$2"; for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 "$2" || exit 0; done; kill -s KILL "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', signal.replace('SIG', ''), String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // A machine without /bin/sh loses this safety net only.
  guard.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  return guard;
}

/** The child appends, so that it simply goes on at the start of an emptied file. */
function keepLogSmall(log: number, logFile: string) {
  if (sizeOf(logFile) <= MAX_LOG_BYTES) return;
  copyFileSync(logFile, `${logFile}.1`);
  ftruncateSync(log);
}

function sizeOf(file: string) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

type Running = { readonly child: ChildProcess; readonly gone: Promise<void> };
