import { createServer } from 'node:net';

export const PORT_VARIABLES = {
  gateway: 'GATEWAY_PORT',
  admin: 'ADMIN_PORT',
  orders: 'ORDERS_PORT',
  integrations: 'INTEGRATIONS_PORT',
  mockUpstreams: 'MOCK_UPSTREAMS_PORT',
} as const;

export type PortName = keyof typeof PORT_VARIABLES;
export type Ports = Readonly<Record<PortName, number>>;

const DEFAULT_PORTS: Ports = { gateway: 8080, admin: 8081, orders: 8082, integrations: 8083, mockUpstreams: 8084 };

/**
 * The five ports, from their variables or the defaults.
 * @throws Error with one line when a variable holds no port or two hold the same
 */
export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const owners = new Map<number, string>();
  const read = (name: PortName) => {
    const variable = PORT_VARIABLES[name];
    const text = env[variable] || String(DEFAULT_PORTS[name]);
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
      throw new Error(`${variable} is "${text}", which is no port: give a number from 1 to 65535`);
    }
    const owner = owners.get(port);
    if (owner) throw new Error(`${owner} and ${variable} are both ${port}: give each its own port`);
    owners.set(port, variable);
    return port;
  };
  return {
    gateway: read('gateway'),
    admin: read('admin'),
    orders: read('orders'),
    integrations: read('integrations'),
    mockUpstreams: read('mockUpstreams'),
  };
}

/**
 * Finds out whether all five ports can be listened on.
 * @throws Error with one line that names the variable of the first that cannot
 */
export async function checkPorts(ports: Ports, host: string): Promise<void> {
  for (const [name, port] of Object.entries(ports) as [PortName, number][]) {
    const code = await whyNotListening(port, host);
    if (code) throw new Error(portComplaint({ variable: PORT_VARIABLES[name], port, host, code }));
  }
}

/** `code` is that of the failed listen, for instance `EADDRINUSE`. */
export function portComplaint({ variable, port, host, code }: Complaint): string {
  if (code === 'EADDRINUSE') {
    return `${variable} ${port} is taken; stop what listens there or start with ${variable}=<other>`;
  }
  if (code === 'EACCES')
    return `${variable} ${port} needs more rights than this user has; start with ${variable}=<other>`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is no address of this machine`;
  return `${variable} ${port} cannot be listened on (${code}); start with ${variable}=<other>`;
}

function whyNotListening(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

type Complaint = { readonly variable: string; readonly port: number; readonly host: string; readonly code: string };
