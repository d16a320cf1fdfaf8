import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, isPortFree } from '@orderbridge/service-kit/local/free-port';
import type { PortName, Ports } from './ports.ts';

/** The port an embedded server had last time, or a free one when it has none yet or somebody took it. */
export async function keptPort(dataDir: string, name: 'postgres' | 'nats'): Promise<number> {
  const kept = readKeptPorts(dataDir);
  const last = kept[name];
  if (last !== undefined && (await isPortFree(last))) return last;
  const port = await freePort();
  write(dataDir, { ...kept, [name]: port });
  return port;
}

/** Writes down where the services listen, so that a command finds them without being told. */
export function keepServicePorts(dataDir: string, ports: Ports): void {
  write(dataDir, { ...readKeptPorts(dataDir), ...ports });
}

/** The ports of the stack that runs on this directory, or ran last. */
export function readKeptPorts(dataDir: string): Readonly<Partial<Record<'postgres' | 'nats' | PortName, number>>> {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Record<string, number>;
  } catch {
    // A number that nobody has to remember: any free port will do.
    return {};
  }
}

const fileIn = (dataDir: string) => join(dataDir, 'embedded-ports.json');

const write = (dataDir: string, ports: object) =>
  writeFileSync(fileIn(dataDir), `${JSON.stringify(ports, undefined, 2)}\n`);
