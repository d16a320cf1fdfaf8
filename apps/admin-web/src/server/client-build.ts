import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** A file of the client's build in every encoding it was built in. */
export type BuiltFile = {
  readonly type: string;
  /** Its name holds a hash of its content, so a browser may keep it for ever. */
  readonly immutable: boolean;
  readonly identity: Uint8Array<ArrayBuffer>;
  readonly gzip?: Uint8Array<ArrayBuffer>;
  readonly br?: Uint8Array<ArrayBuffer>;
};

/** The whole build by URL path; `page` is index.html. */
export type ClientBuild = { readonly files: ReadonlyMap<string, BuiltFile>; readonly page: BuiltFile };

/**
 * Reads the build into memory: it is small, and a rebuild beneath a running server cannot mix two versions.
 * Undefined while there is none.
 */
export async function readClientBuild(dir: string): Promise<ClientBuild | undefined> {
  const names = await filesBelow(dir);
  const files = new Map<string, BuiltFile>();
  for (const name of names.filter((candidate) => extname(candidate) in CONTENT_TYPES)) {
    files.set(`/${name}`, await readBuiltFile(dir, name, names));
  }
  const page = files.get('/index.html');
  return page && { files, page };
}

async function readBuiltFile(dir: string, name: string, names: readonly string[]): Promise<BuiltFile> {
  const encoded = async (suffix: string) =>
    names.includes(name + suffix) ? new Uint8Array(await readFile(join(dir, name + suffix))) : undefined;
  const [gzip, br] = await Promise.all([encoded('.gz'), encoded('.br')]);
  return {
    type: CONTENT_TYPES[extname(name)]!,
    immutable: name.startsWith('assets/'),
    identity: new Uint8Array(await readFile(join(dir, name))),
    ...(gzip && { gzip }),
    ...(br && { br }),
  };
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
