import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, isPortFree } from '@orderbridge/service-kit/local/free-port';

/** The port an embedded server had last time, or a free one when it has none yet or somebody took it. */
export async function keptPort(dataDir: string, name: 'postgres' | 'nats'): Promise<number> {
  const file = join(dataDir, 'embedded-ports.json');
  const kept = readKept(file);
  const last = kept[name];
  if (last !== undefined && (await isPortFree(last))) return last;
  const port = await freePort();
  writeFileSync(file, `${JSON.stringify({ ...kept, [name]: port }, undefined, 2)}\n`);
  return port;
}

function readKept(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  } catch {
    // A number that nobody has to remember: any free port will do.
    return {};
  }
}
