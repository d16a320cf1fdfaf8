import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Values that the user may give; what is not given is made once. */
const GIVEN_OR_MADE = {
  ADMIN_PASSWORD: () => readablePassword(),
  STOREFRONT_API_TOKEN: () => randomBytes(32).toString('base64url'),
  HAIER_CALLBACK_APP_KEY: () => randomBytes(8).toString('hex'),
  HAIER_CALLBACK_SECRET: () => randomBytes(32).toString('hex'),
  PAYMENT_CALLBACK_SECRET: () => randomBytes(32).toString('hex'),
  DATA_ENCRYPTION_KEY: () => randomBytes(32).toString('base64'),
} as const;

/** Passwords between the parts of the embedded system, and keys and passwords of the played platforms; nobody types them. */
const ALWAYS_MADE = {
  postgresPassword: () => password(),
  ordersDatabasePassword: () => password(),
  integrationsDatabasePassword: () => password(),
  natsToken: () => password(),
  // 32 bytes, as WeChat has it.
  wechatApiV3Key: () => randomBytes(16).toString('hex'),
  wechatMerchantKey: () => rsaPrivateKey(),
  wechatPlatformKey: () => rsaPrivateKey(),
  alipayMerchantKey: () => rsaPrivateKey(),
  alipayPlatformKey: () => rsaPrivateKey(),
  haierClientSecret: () => password(),
  haierPassword: () => password(),
  haierSellerPassword: () => password(),
  ylhPassword: () => password(),
  ylhClientSecret: () => password(),
} as const;

export type GivenOrMade = keyof typeof GIVEN_OR_MADE;
export type DemoSecrets = Readonly<Record<GivenOrMade | keyof typeof ALWAYS_MADE, string>> & {
  readonly file: string;
  /** Secrets that came into being in this call. */
  readonly made: ReadonlySet<string>;
  /** Secrets that the environment gave; the file does not hold these values. */
  readonly given: ReadonlySet<string>;
};

/**
 * Reads `secrets.json` of the data directory and adds what is missing. What the environment gives wins and is never
 * written down.
 * @throws Error with one line when the file is there and cannot be read as what it is
 */
export function readDemoSecrets(dataDir: string, env: NodeJS.ProcessEnv): DemoSecrets {
  const file = join(dataDir, 'secrets.json');
  const kept = readKept(file);
  const made = new Set<string>();
  const given = new Set<string>();

  const keptOrMade = (name: string, make: () => string) => {
    const value = kept[name];
    if (value) return value;
    made.add(name);
    return (kept[name] = make());
  };
  const entries = [
    ...Object.entries(GIVEN_OR_MADE).map(([name, make]) => {
      const fromEnv = env[name];
      if (!fromEnv) return [name, keptOrMade(name, make)] as const;
      given.add(name);
      return [name, fromEnv] as const;
    }),
    ...Object.entries(ALWAYS_MADE).map(([name, make]) => [name, keptOrMade(name, make)] as const),
  ];
  if (made.size > 0) writeKept(file, kept);
  return { ...(Object.fromEntries(entries) as Record<keyof DemoSecrets, string>), file, made, given };
}

function readKept(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch (error) {
    throw new Error(`${file} is no JSON: restore it, or remove the data directory to begin anew`, { cause: error });
  }
}

function writeKept(file: string, kept: Record<string, string>) {
  // Renamed into place, so that a killed start leaves either the old file or the new one.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}

const password = () => randomBytes(24).toString('base64url');

const rsaPrivateKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function readablePassword(): string {
  // Without the letters and digits that look like one another.
  const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';
  return Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
}
