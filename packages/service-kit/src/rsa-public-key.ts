import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A key that verifies what others signed, under the name that they sign with (certificate serial or key id). */
export type NamedKey = { readonly serial: string; readonly key: KeyObject };

const LEAST_BITS = 2_048;

/**
 * Reads an RSA public key given as PEM, as the PEM of a certificate, as the bare base64 that Alipay shows, or as the
 * path of a file that holds one of these. Line breaks may be written as `\n`, as in env files.
 * @throws Error that names what is wrong but repeats nothing of what was given
 */
export function readRsaPublicKey(given: string): KeyObject {
  const text = isKeyText(given) ? given : readKeyFile(given.trim());
  // Node derives the public key from a private one, which has no business here.
  if (text.includes('PRIVATE KEY')) throw new Error('is a private key; give the public one');
  const key = parseKey(asPem(text));
  if (key.asymmetricKeyType !== 'rsa') throw new Error('is no RSA key');
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_BITS)
    throw new Error(`is shorter than ${LEAST_BITS} bits`);
  return key;
}

/**
 * Reads a list of named keys, `<serial>=<key or path>` separated by `;`, the current one first.
 * @throws Error that names the entry by its number
 */
export function readNamedKeys(list: string): readonly NamedKey[] {
  const entries = list
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const keys = entries.map((entry, index): NamedKey => {
    const equals = entry.indexOf('=');
    const serial = entry.slice(0, Math.max(0, equals)).trim();
    if (!/^[\w-]{1,100}$/.test(serial)) throw new Error(`entry ${index + 1} has no name before its =`);
    try {
      return { serial, key: readRsaPublicKey(entry.slice(equals + 1)) };
    } catch (error) {
      throw new Error(`entry ${index + 1} ${(error as Error).message}`, { cause: error });
    }
  });
  if (keys.length === 0) throw new Error('has no entry');
  if (new Set(keys.map(({ serial }) => serial.toLowerCase())).size < keys.length) throw new Error('names a key twice');
  return keys;
}

/** `readRsaPublicKey` for an environment variable. */
export const rsaPublicKey = z.string().transform(issueFor(readRsaPublicKey));

/** `readNamedKeys` for an environment variable. */
export const namedKeys = z.string().transform(issueFor(readNamedKeys));

function issueFor<T>(read: (given: string) => T) {
  return (given: string, context: z.RefinementCtx): T => {
    try {
      return read(given);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  };
}

const isKeyText = (text: string) => text.includes('-----BEGIN') || BARE_BASE64.test(text);

// No path is that long without a dot or a dash; an RSA key of 2048 bits has 392 characters.
const BARE_BASE64 = /^[A-Za-z0-9+/=\s]{300,}$/;

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error('is neither a key nor the path of a file that can be read');
  }
}

const asPem = (text: string): string =>
  text.includes('-----BEGIN')
    ? text.replaceAll(String.raw`\n`, '\n').trim()
    : `-----BEGIN PUBLIC KEY-----\n${text.replaceAll(/\s/g, '')}\n-----END PUBLIC KEY-----`;

function parseKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new Error('holds no public key and no certificate in PEM');
  }
}
