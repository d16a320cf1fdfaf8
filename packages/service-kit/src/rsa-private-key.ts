import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const LEAST_BITS = 2_048;

/**
 * Reads an RSA private key given as PEM (line breaks may be written as `\n`, as in env files) or as the bare base64
 * of PKCS#8 or PKCS#1 that Alipay's key tool writes.
 * @throws Error that names what is wrong but repeats nothing of what was given
 */
export function readRsaPrivateKey(given: string): KeyObject {
  const key = given.includes('-----BEGIN') ? parsePem(given) : parseBare(given);
  if (!key) throw new Error('is no private key in PEM, PKCS#8 or PKCS#1');
  if (key.asymmetricKeyType !== 'rsa') throw new Error('is no RSA key');
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_BITS)
    throw new Error(`is shorter than ${LEAST_BITS} bits`);
  return key;
}

/** `readRsaPrivateKey` for an environment variable. */
export const rsaPrivateKey = z.string().transform((given, context) => readFor(context, () => readRsaPrivateKey(given)));

/** `readRsaPrivateKey` for an environment variable that names a file. */
export const rsaPrivateKeyFile = z.string().transform((path, context) =>
  readFor(context, () => {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      throw new Error('is no file that can be read');
    }
    return readRsaPrivateKey(text);
  }),
);

function readFor(context: z.RefinementCtx, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}

const parsePem = (pem: string) => tryToCreate({ key: pem.replaceAll(String.raw`\n`, '\n').trim() });

function parseBare(text: string): KeyObject | undefined {
  const key = Buffer.from(text, 'base64');
  return tryToCreate({ key, format: 'der', type: 'pkcs8' }) ?? tryToCreate({ key, format: 'der', type: 'pkcs1' });
}

function tryToCreate(input: Parameters<typeof createPrivateKey>[0]): KeyObject | undefined {
  try {
    return createPrivateKey(input);
  } catch {
    return undefined;
  }
}
