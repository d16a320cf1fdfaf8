import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** A file for a ZIP archive; what is compressed in itself, as photos are, is stored as it is. */
export type ZipEntry = { readonly name: string; readonly bytes: Uint8Array; readonly isCompressed?: boolean };

/** A ZIP archive as bytes, an entry at a time and only as fast as it is read. */
export async function* zipOf(entries: AsyncIterable<ZipEntry>, at: Date): AsyncGenerator<Uint8Array, void, void> {
  let ready: Uint8Array[] = [];
  const taken = () => {
    const chunks = ready;
    ready = [];
    return chunks;
  };
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  for await (const { name, bytes, isCompressed = false } of entries) {
    const file = isCompressed ? new ZipPassThrough(name) : new ZipDeflate(name);
    file.mtime = at;
    zip.add(file);
    file.push(bytes, true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
