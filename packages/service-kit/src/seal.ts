import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key to seal with, and the name by which sealed texts know it. */
export type SealingKey = { readonly id: string; readonly bytes: Buffer };

/** Texts are sealed under `current` and opened under either, so that a key can be changed while both are known. */
export type SealingKeys = { readonly current: SealingKey; readonly previous?: SealingKey | undefined };

/** A sealed text cannot be opened; it is never given out as it lies there instead. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
  /** `unknown_key`: sealed under none of the keys that are known. `damaged`: altered, or moved from another place. */
  readonly reason: 'unknown_key' | 'damaged';

  constructor(reason: UnsealError['reason']) {
    super(
      reason === 'unknown_key'
        ? 'sealed under a key that is not known here'
        : 'the sealed text was altered, or belongs to another place',
    );
    this.reason = reason;
  }
}

/** For the environment: 32 bytes as base64, for instance of `openssl rand -base64 32`. */
export const sealingKey = z.string().transform((text, context): SealingKey => {
  const bytes = Buffer.from(text, 'base64');
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text.trim()) && bytes.length === KEY_BYTES) return { id: idOf(bytes), bytes };
  context.addIssue({ code: 'custom', message: 'is not 32 bytes in base64' });
  return z.NEVER;
});

/**
 * Seals a text with AES-256-GCM: the key's id, a colon, then nonce, cipher text and tag in base64. `place` says where it
 * will lie, down to the field; it opens nowhere else, so that nobody can swap two of them.
 */
export function seal({ current }: SealingKeys, text: string, place: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', current.bytes, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${current.id}:${sealed.toString('base64')}`;
}

/** @throws UnsealError */
export function unseal(keys: SealingKeys, sealed: string, place: string): string {
  const [id, base64 = ''] = sealed.split(':', 2);
  const key = [keys.current, keys.previous].find((candidate) => candidate?.id === id);
  if (!key) throw new UnsealError('unknown_key');
  const bytes = Buffer.from(base64, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw new UnsealError('damaged');
  }
}

/** Whether a text is sealed under the current key, and not under the one before it. */
export const isSealedUnderCurrent = ({ current }: SealingKeys, sealed: string): boolean =>
  sealed.startsWith(`${current.id}:`);

const idOf = (key: Buffer): string =>
  createHash('sha256').update('sealing key id\0').update(key).digest('hex').slice(0, 8);
