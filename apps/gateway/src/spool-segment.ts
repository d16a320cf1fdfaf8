import { crc32 } from 'node:zlib';

/*
 * A segment is a file of records: magic (4 bytes), length of the payload (4, little endian), CRC-32 of length and
 * payload (4), payload. The magic lets a reader find the next record behind a damaged one.
 */
const MAGIC = Buffer.from('OBR1', 'latin1');
export const RECORD_HEADER_BYTES = 12;

/** Longer than any envelope (64 KiB of body, escaped as JSON), so that a damaged length is seen as one. */
export const RECORD_MAX_BYTES = 1024 * 1024;

export function encodeRecord(payload: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(RECORD_HEADER_BYTES + payload.length);
  MAGIC.copy(record, 0);
  record.writeUInt32LE(payload.length, 4);
  record.set(payload, RECORD_HEADER_BYTES);
  record.writeUInt32LE(checksum(record, 0, payload.length), 8);
  return record;
}

export type SegmentReading = {
  readonly payloads: readonly Buffer[];
  /** Bytes at the end that are no whole record: a write that was cut short, so nobody was told that it is kept. */
  readonly tornBytes: number;
  /** Bytes between whole records that are none: the disk lost something that it had confirmed. */
  readonly damagedBytes: number;
};

/** Reads every whole record of a segment, whatever happened to the file around it. */
export function readSegment(bytes: Buffer): SegmentReading {
  const payloads: Buffer[] = [];
  let damagedBytes = 0;
  let at = 0;
  let lost = 0;
  while (at < bytes.length) {
    const end = recordEnd(bytes, at);
    if (end === undefined) {
      const next = bytes.indexOf(MAGIC, at + 1);
      const to = next < 0 ? bytes.length : next;
      lost += to - at;
      at = to;
    } else {
      payloads.push(bytes.subarray(at + RECORD_HEADER_BYTES, end));
      damagedBytes += lost;
      lost = 0;
      at = end;
    }
  }
  return { payloads, tornBytes: lost, damagedBytes };
}

/** Where the record that starts here ends; undefined when none does. */
function recordEnd(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < RECORD_HEADER_BYTES || MAGIC.compare(bytes, at, at + 4) !== 0) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  const end = at + RECORD_HEADER_BYTES + length;
  if (length > RECORD_MAX_BYTES || end > bytes.length) return undefined;
  return bytes.readUInt32LE(at + 8) === checksum(bytes, at, length) ? end : undefined;
}

const checksum = (bytes: Buffer, at: number, length: number) =>
  crc32(
    bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length),
    crc32(bytes.subarray(at + 4, at + 8)),
  );
