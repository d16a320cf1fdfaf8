import { type FileHandle, open as openFile, readdir, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GatewayLog } from './gateway-log.ts';
import {
  beat,
  clearTakenOver,
  giveUp,
  HEARTBEAT_MS,
  isMissing,
  makeOwnDirectory,
  takeOverAbandoned,
} from './spool-owner.ts';
import { encodeRecord, readSegment, type SegmentReading } from './spool-segment.ts';

/** The spool holds as much as it may. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull';
}

/** A file of records that nobody writes to any more. */
export type Segment = { readonly path: string; readonly size: number; readonly records: number };

export type Spool = {
  /**
   * Resolves when the payload is fsynced, together with those that came at the same time.
   * @throws SpoolFull, or what the disk said; then the payload counts as not kept
   */
  append: (payload: Uint8Array) => Promise<void>;
  /** The oldest segment, closed for writing; undefined when nothing is spooled. */
  oldest: () => Promise<Segment | undefined>;
  read: (segment: Segment) => Promise<SegmentReading>;
  /** Deletes a drained segment; a damaged one is put aside under another name. */
  remove: (segment: Segment, damaged: boolean) => Promise<void>;
  /** Takes over what dead processes left in the same root; answers how many segments. */
  adoptAbandoned: () => Promise<number>;
  /** Whether an append would be tried with hope: there is room, and the last one worked. */
  readonly usable: boolean;
  readonly records: number;
  readonly bytes: number;
  close: () => Promise<void>;
};

export type SpoolOptions = {
  /** Shared by all gateways of this machine; each has a directory of its own in it. */
  root: string;
  maxBytes: number;
  now: () => Date;
  newId: (at: Date) => string;
  log: GatewayLog;
  segmentBytes?: number;
  /** How segment files are opened; tests put a full disk here. */
  open?: typeof openFile;
};

const SEGMENT_BYTES = 4 * 1024 * 1024;
const GROUP_BYTES = 4 * 1024 * 1024;
const SUFFIX = '.spool';

/**
 * Keeps callbacks on the local disk while JetStream cannot: append-only segments, one fsync per group, checksums per
 * record (design.md §8). Opening never fails: a disk that cannot be used shows as `usable: false` and is tried again
 * with each append.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { root, maxBytes, now, newId, log, segmentBytes = SEGMENT_BYTES, open = openFile } = options;
  let own: string | undefined;
  let writing: OpenSegment | undefined;
  let closed: Segment[] = [];
  const waiting: Pending[] = [];
  let bytes = 0;
  let usable = true;
  let sequence = 0;
  let flushQueued = false;

  // Writing, closing and adopting take turns.
  let lane: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = lane.then(work, work);
    lane = result.catch(() => undefined);
    return result;
  };

  const ownDirectory = async () => (own ??= await makeOwnDirectory(root, newId(now()), now()));

  const flush = async () => {
    flushQueued = false;
    const group = takeGroup();
    const groupBytes = group.reduce((sum, { record }) => sum + record.length, 0);
    try {
      await writeGroup(
        Buffer.concat(
          group.map(({ record }) => record),
          groupBytes,
        ),
        group.length,
      );
      usable = true;
      for (const pending of group) pending.resolve();
    } catch (error) {
      usable = false;
      bytes -= groupBytes;
      for (const pending of group) pending.reject(error);
    }
    queueFlush();
  };

  const queueFlush = () => {
    if (flushQueued || waiting.length === 0) return;
    flushQueued = true;
    void inTurn(flush);
  };

  const takeGroup = () => {
    let size = 0;
    const fits = waiting.findIndex(({ record }) => (size += record.length) > GROUP_BYTES);
    return waiting.splice(0, fits < 0 ? waiting.length : Math.max(1, fits));
  };

  const writeGroup = async (group: Buffer, records: number) => {
    writing ??= await createSegment();
    const segment = writing;
    try {
      await writeAll(segment.handle, group, segment.size);
      await segment.handle.datasync();
      // A process that slept for a minute may have been taken for dead: then these bytes belong to its heir already.
      await stat(segment.path);
    } catch (error) {
      await leaveSegment(segment);
      throw error;
    }
    segment.size += group.length;
    segment.records += records;
    if (segment.size >= segmentBytes) await closeSegment();
  };

  const createSegment = async (): Promise<OpenSegment> => {
    try {
      return await createSegmentInOwn();
    } catch (error) {
      if (!isMissing(error)) throw error;
      await letGoOfMissing();
      return createSegmentInOwn();
    }
  };

  const createSegmentInOwn = async (): Promise<OpenSegment> => {
    const path = join(await ownDirectory(), `${String(++sequence).padStart(8, '0')}${SUFFIX}`);
    const handle = await open(path, 'wx', 0o600);
    try {
      await syncDirectory(dirname(path));
      await syncDirectory(root);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return { path, handle, size: 0, records: 0 };
  };

  const closeSegment = async () => {
    if (!writing) return;
    const { path, handle, size, records } = writing;
    writing = undefined;
    closed.push({ path, size, records });
    await handle.close();
  };

  /** After a failed write: what was confirmed stays, the rest is cut off as far as the disk still lets us. */
  const leaveSegment = async ({ path, handle, size, records }: OpenSegment) => {
    writing = undefined;
    await handle.truncate(size).catch(() => undefined);
    await handle.close().catch(() => undefined);
    const there = await isThere(path);
    if (there && records > 0) closed.push({ path, size, records });
    else if (there) await unlink(path).catch(() => undefined);
    else {
      bytes -= size;
      await letGoOfMissing();
    }
  };

  /**
   * A neighbour that took us for dead has moved our directory into its own and drains what was in it. So nothing of it
   * is counted or drained here any more, and what comes next goes into a new directory.
   */
  const letGoOfMissing = async () => {
    if (own && !(await isThere(own))) {
      own = undefined;
      if (writing) {
        const { handle, size } = writing;
        writing = undefined;
        bytes -= size;
        await handle.close().catch(() => undefined);
      }
    }
    const there = await Promise.all(closed.map(({ path }) => isThere(path)));
    const missing = closed.filter((_, at) => !there[at]);
    if (missing.length === 0) return;
    closed = closed.filter((_, at) => there[at]);
    const missingBytes = missing.reduce((sum, { size }) => sum + size, 0);
    bytes -= missingBytes;
    log.warn('spool segments gone', { count: missing.length, bytes: missingBytes });
  };

  const adopt = async () => {
    await letGoOfMissing();
    const into = await ownDirectory();
    const adopted: Segment[] = [];
    for (const directory of await takeOverAbandoned(root, into, now())) {
      await clearTakenOver(directory);
      const found = await readdir(directory, { recursive: true });
      for (const name of found.filter((name) => name.endsWith(SUFFIX))) {
        const path = join(directory, name);
        const content = await readFile(path);
        adopted.push({ path, size: content.length, records: readSegment(content).payloads.length });
      }
      if (!found.some((name) => name.endsWith(SUFFIX))) await removeEmpty(directory, into);
    }
    closed = [...adopted.toSorted((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1)), ...closed];
    bytes += adopted.reduce((sum, { size }) => sum + size, 0);
    return adopted.length;
  };

  const heartbeat = setInterval(() => {
    if (!own) return;
    beat(own, now()).catch((error: unknown) => {
      log.warn('spool heartbeat failed', {}, error);
      if (isMissing(error)) void inTurn(letGoOfMissing);
    });
  }, HEARTBEAT_MS);
  heartbeat.unref();

  try {
    await ownDirectory();
  } catch (error) {
    usable = false;
    log.error('spool cannot be used', {}, error);
  }

  return {
    append(payload) {
      const record = encodeRecord(payload);
      if (bytes + record.length > maxBytes)
        return Promise.reject(new SpoolFull(`the spool holds its ${maxBytes} bytes`));
      bytes += record.length;
      return new Promise((resolve, reject) => {
        waiting.push({ record, resolve, reject });
        queueFlush();
      });
    },
    oldest: () =>
      inTurn(async () => {
        if (closed.length === 0 && writing && writing.records > 0) await closeSegment();
        // Asked here, so that a file which is gone cannot stand in front of the others for ever.
        if (closed[0] && !(await isThere(closed[0].path))) await letGoOfMissing();
        return closed[0];
      }),
    read: async (segment) => readSegment(await readFile(segment.path)),
    remove: (segment, damaged) =>
      inTurn(async () => {
        if (damaged) await rename(segment.path, `${segment.path.slice(0, -SUFFIX.length)}.damaged`);
        else await unlink(segment.path);
        closed = closed.filter((other) => other !== segment);
        bytes -= segment.size;
        if (own) await removeEmpty(dirname(segment.path), own);
      }),
    adoptAbandoned: () => inTurn(adopt),
    get usable() {
      return usable && bytes < maxBytes;
    },
    get records() {
      return closed.reduce((sum, { records }) => sum + records, writing?.records ?? 0);
    },
    get bytes() {
      return bytes;
    },
    close: () =>
      inTurn(async () => {
        clearInterval(heartbeat);
        await closeSegment();
        if (!own) return;
        await giveUp(own);
        await removeEmpty(own, root);
      }),
  };
}

/** Instance and sequence: instances are time-ordered ids, so this sorts segments of many lives by age. */
const ageOf = ({ path }: Segment) => join(basename(dirname(path)), basename(path));

type OpenSegment = { readonly path: string; readonly handle: FileHandle; size: number; records: number };
type Pending = { readonly record: Buffer; readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** Only what is surely gone is not there: a disk that cannot say keeps what it was given. */
const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    if (bytesWritten === 0) throw new Error('the disk takes no bytes');
    written += bytesWritten;
  }
}

/** Without it a power cut could lose the name of a new file whose bytes were fsynced. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await openFile(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes emptied directories upwards until `stop`, which stays. */
async function removeEmpty(directory: string, stop: string): Promise<void> {
  try {
    for (let at = directory; at !== stop && at.startsWith(stop); at = dirname(at)) await rmdir(at);
  } catch {
    // Not empty: other segments of the same owner wait their turn, or damaged ones are kept for a person.
  }
}
