/**
 * Bytes of base64 in its one canonical form; undefined for anything else. Node would skip foreign characters and
 * unused bits, and then one signature had many spellings.
 */
export function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
