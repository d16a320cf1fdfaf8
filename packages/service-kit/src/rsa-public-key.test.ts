import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { namedKeys, readNamedKeys, readRsaPublicKey } from './rsa-public-key.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey;
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const bare = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const directory = mkdtempSync(join(tmpdir(), 'orderbridge-keys-'));
/** Of a throw-away key that nobody has any more. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIDJzCCAg+gAwIBAgIUCsfHn0XGcaY6Qj2K7Wr8Lb6E85owDQYJKoZIhvcNAQEL
BQAwIjEgMB4GA1UEAwwXVGVucGF5LmNvbSBSb290IENBIHRlc3QwIBcNMjYxMTIx
MTEyMTU2WhgPMjEyNjEwMjgxMTIxNTZaMCIxIDAeBgNVBAMMF1RlbnBheS5jb20g
Um9vdCBDQSB0ZXN0MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAynci
j5Gs7/cilw9L7AJF7LTsw2DeIOp2rgOmGxaKU276kpqN6o6KDVeS7nb7MzUKwfmy
IwXcz5wE8ABKuC4ee/aG9udnEkbJCypzha2JeEfvN0wtQSm0paV0kFbOiGbZD8sV
ing0k+bbgqxRvCAugaS5fDaIJMLIHOTnD9W/wgGAHFfLbQsBMlu1aIGBb/UvIibn
mZMN8Ma9YabtjjfHjbg3x9fi7LPOPw2nXJVgEM3VkkGdfmow6C4ovRYZlt7YqE+Y
kjImOpa3IWacA59GVN7XtYRk3nQs1UY0rn50NvEfvj0PD5huSMahwctL2VsVogW+
Z1xSCvRWYzbmAD4tFwIDAQABo1MwUTAdBgNVHQ4EFgQU5uhs0xb2eJulj8FKYiFD
XWUu9NQwHwYDVR0jBBgwFoAU5uhs0xb2eJulj8FKYiFDXWUu9NQwDwYDVR0TAQH/
BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAQ1d0k5XZ7K0WqJKpNmEHgvYCv0Rg
+HQtXyHnw2HNS0JsHWEFI1rC046wAF501b+hqfue0L2YTjwWfFVbfoF6zUS8jyN/
Q9dv4JA+mbFY6+VH7DiJ4a+9EZ2U3pFDbh0nBQAC06b68lDXhnlfz+68w1mINqRn
OLaXARnkr7hDFvBTkOpprSyVM+Y5mjE0DJUEMvDLAszXP8aETR5uGOyM08PDXNQs
r68b0vKV/meAYmcVMcg8nwsxMLoMWBeGpsljYvTFmWshCV4pX68UDn7z0jJOS8SL
LI8LsR8Ek/s6xiKHUhRs8FcZWCo4AzQI3R7+DOil+9YlWL8cWmNCYh+yAw==
-----END CERTIFICATE-----
`;
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, 'key.pem');
writeFileSync(path, pem);

test.each([
  ['PEM', pem],
  ['PEM with written line breaks', pem.replaceAll('\n', '\\n')],
  ['bare base64', bare],
  ['bare base64 in lines', bare.replaceAll(/(.{64})/g, '$1\n')],
  ['a path', path],
  ['PKCS#1', publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
])('%s is read', (_, given) => {
  expect(readRsaPublicKey(given).equals(publicKey)).toBe(true);
});

test.each([
  ['a private key', privatePem, /private key/],
  ['no file', join(directory, 'none.pem'), /neither a key nor the path/],
  ['nonsense in PEM', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /no public key/],
  [
    'an EC key',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    /no RSA key/,
  ],
  [
    'a short key',
    generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    /shorter than 2048/,
  ],
])('%s is refused, and nothing of it is repeated', (_, given, why) => {
  expect(() => readRsaPublicKey(given)).toThrow(why);
  try {
    readRsaPublicKey(given);
  } catch (error) {
    expect((error as Error).message).not.toContain(given.slice(0, 40));
  }
});

test('a certificate is read for the key in it', () => {
  expect(readRsaPublicKey(certificate)).toMatchObject({ type: 'public', asymmetricKeyType: 'rsa' });
});

test('a list is read in its order', () => {
  const list = ` PUB_KEY_ID_1=${path};\n 5157F0=${other.export({ type: 'spki', format: 'pem' }).toString()} ;`;
  const keys = readNamedKeys(list);
  expect(keys.map(({ serial }) => serial)).toEqual(['PUB_KEY_ID_1', '5157F0']);
  expect(keys.map(({ key }) => [key.equals(publicKey), key.equals(other)])).toEqual([
    [true, false],
    [false, true],
  ]);
});

test.each([
  ['nothing', ' ; ', 'has no entry'],
  ['no name', path, 'entry 1 has no name before its ='],
  ['an empty name', `=${path}`, 'entry 1 has no name before its ='],
  ['a key twice', `a1=${path};A1=${path}`, 'names a key twice'],
  ['a broken one', `a=${path};b=/nowhere`, 'entry 2 is neither a key nor the path of a file that can be read'],
])('a list with %s is refused', (_, list, why) => {
  expect(() => readNamedKeys(list)).toThrow(why);
  expect(namedKeys.safeParse(list).error?.issues[0]?.message).toBe(why);
});
