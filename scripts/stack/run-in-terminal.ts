import { relative } from 'node:path';

import { HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { PAYMENT_CALLBACK_PREFIXES } from '@orderbridge/contracts/payment-callback';

import { printProgress } from './progress.ts';
import { startStack, type Stack, type StackOptions } from './start-stack.ts';

/** npm and the terminal send the same Ctrl-C more than once; what comes later than this is a second one. */
const SAME_SIGNAL_WITHIN_MS = 1_000;

/** Runs the stack in the foreground until Ctrl-C; the second Ctrl-C does not wait. Ends the process. */
export async function runInTerminal(options: Pick<StackOptions, 'watch'>): Promise<never> {
  const interrupted = new AbortController();
  let stack: Stack | undefined;
  let firstSignalAtMs: number | undefined;

  const leave = async () => {
    console.log('stopping; Ctrl-C again does not wait');
    interrupted.abort(new Error('interrupted'));
    if (!stack) return;
    await stack.stop();
    console.log('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (firstSignalAtMs === undefined) {
        firstSignalAtMs = performance.now();
        void leave();
      } else if (performance.now() - firstSignalAtMs > SAME_SIGNAL_WITHIN_MS) {
        for (const service of stack?.services.values() ?? []) void service.kill('SIGKILL');
        process.exit(130);
      }
    });
  }

  try {
    stack = await startStack({ ...options, env: process.env, progress: printProgress(), signal: interrupted.signal });
  } catch (error) {
    if (interrupted.signal.aborted) {
      console.log('stopped');
      process.exit(0);
    }
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  if (interrupted.signal.aborted) await leave();
  console.log(welcome(stack).join('\n'));
  return new Promise<never>(() => undefined);
}

function welcome({ urls, secrets, settings, services, postgres }: Stack): string[] {
  const secretsFile = shortPath(secrets.file);
  const where = (name: string) => {
    if (secrets.given.has(name)) return `see ${name} of your environment`;
    return settings.profile === 'production' ? `${name} is not set` : `see ${name} in ${secretsFile}`;
  };
  const password = secrets.made.has('ADMIN_PASSWORD') ? secrets.ADMIN_PASSWORD : where('ADMIN_PASSWORD');
  return [
    '',
    `  Admin web        ${urls.admin}`,
    `    sign in as     ${settings.adminUsername}`,
    `    password       ${password}`,
    '',
    `  Haier callbacks  ${urls.gateway}${HAIER_CALLBACK_PATHS[0]}`,
    `  Payments         ${urls.gateway}${PAYMENT_CALLBACK_PREFIXES[0]}/<provider>/`,
    `    secrets        ${where('HAIER_CALLBACK_SECRET')}`,
    '',
    `  Orders API       ${urls.orders}/trpc`,
    `    bearer token   ${where('STOREFRONT_API_TOKEN')}`,
    `  Integrations API ${urls.integrations}/trpc`,
    ...(services.has('mock-upstreams') ? [`  Mock upstreams   ${urls.mockUpstreams}/_control/`] : []),
    '',
    `  Data and logs    ${shortPath(settings.dataDir)}`,
    // Under root the cluster may have to lie where the system user can reach it.
    ...(postgres && !postgres.dataDir.startsWith(settings.dataDir) ? [`  PostgreSQL data  ${postgres.dataDir}`] : []),
    '  Ctrl-C stops everything',
    '',
    'ready',
  ];
}

function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
