import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Chunk of what most rooms need and the frame around them does not. */
const SHARED_BY_ROOMS = 'rooms';

export default defineConfig({
  plugins: [react(), preloaded(), compressed()],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    // The content security policy takes scripts and fonts from files only.
    assetsInlineLimit: 0,
    // All of it is small, and a page that is fetched later than its neighbours need not wait for a second file.
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Two large files come sooner than some sixty small ones.
            { name: 'start', tags: ['$initial'], priority: 2 },
            { name: SHARED_BY_ROOMS, minShareCount: 7, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(
      ['/trpc', '/exports', '/service-states', '/system-health'].map((path) => [path, 'http://127.0.0.1:8081']),
    ),
  },
});

/** Fetches what every room needs while the frame is still on its way, instead of when it asks for it. */
function preloaded(): Plugin {
  return {
    name: 'preloaded',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) =>
        Object.values(bundle)
          .filter((file) => file.type === 'chunk' && file.name === SHARED_BY_ROOMS)
          .map(({ fileName }) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` },
            injectTo: 'head',
          })),
    },
  };
}

/** Writes every text file of the build a second and third time, compressed, so that the server only picks one. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir }) {
      const names = await readdir(dir!, { recursive: true });
      for (const name of names.filter((candidate) => /\.(js|css|html|svg)$/.test(candidate))) {
        const file = join(dir!, name);
        const content = await readFile(file);
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
        await writeFile(`${file}.br`, await promisify(brotliCompress)(content, quality));
        await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
      }
    },
  };
}
