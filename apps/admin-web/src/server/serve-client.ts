import type { Context } from 'hono';
import type { BuiltFile, ClientBuild } from './client-build.ts';

/** Answers with a file of the build, or with the page itself for every address that is a room of the client. */
export function serveClient(c: Context, build: ClientBuild): Response {
  const file = build.files.get(c.req.path);
  if (file && file !== build.page) return send(c, file);
  // A missing file must not look like the page: a browser would run HTML as a script.
  if (looksLikeFile(c.req.path) && c.req.path !== '/index.html') return c.text('not found', 404);
  return send(c, build.page);
}

function send(c: Context, file: BuiltFile): Response {
  const encoding = chooseEncoding(c.req.header('accept-encoding'), file);
  const body = file[encoding] ?? file.identity;
  c.header('content-type', file.type);
  c.header('content-length', String(body.byteLength));
  c.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-store');
  c.header('vary', 'accept-encoding');
  if (encoding !== 'identity') c.header('content-encoding', encoding);
  return c.req.method === 'HEAD' ? c.body(null) : c.body(body);
}

/** The smallest encoding that both sides have; `;q=0` means that the browser refuses it. */
export function chooseEncoding(accept: string | undefined, file: BuiltFile): 'br' | 'gzip' | 'identity' {
  const accepted = new Set(
    (accept ?? '')
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
      .map((part) => part.split(';', 1)[0]),
  );
  if (file.br && accepted.has('br')) return 'br';
  return file.gzip && accepted.has('gzip') ? 'gzip' : 'identity';
}

const looksLikeFile = (path: string) => path.startsWith('/assets/') || /\.[a-z0-9]{1,8}$/i.test(path);
