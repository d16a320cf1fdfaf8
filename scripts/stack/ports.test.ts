import { createServer } from 'node:net';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { checkPorts, portComplaint, readPorts } from './ports.ts';

test('unset and empty variables mean the default ports', () => {
  expect(readPorts({ ADMIN_PORT: '', ORDERS_PORT: '9000' })).toEqual({
    gateway: 8080,
    admin: 8081,
    orders: 9000,
    integrations: 8083,
    mockUpstreams: 8084,
  });
});

test.each(['abc', '0', '65536', '80.5', '-1', '0x50'])('%s is no port', (text) => {
  expect(() => readPorts({ ADMIN_PORT: text })).toThrow(
    `ADMIN_PORT is "${text}", which is no port: give a number from 1 to 65535`,
  );
});

test('two variables with one port are named together', () => {
  expect(() => readPorts({ ORDERS_PORT: '8080' })).toThrow(
    'GATEWAY_PORT and ORDERS_PORT are both 8080: give each its own port',
  );
});

test('a taken port is one line that names the variable', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const ports = { ...readPorts({}), gateway: port };

  await expect(checkPorts(ports, '127.0.0.1')).rejects.toThrow(
    `GATEWAY_PORT ${port} is taken; stop what listens there or start with GATEWAY_PORT=<other>`,
  );
  server.close();
});

test.each([
  ['EACCES', 'ADMIN_PORT 80 needs more rights than this user has; start with ADMIN_PORT=<other>'],
  ['EADDRNOTAVAIL', 'HOST 192.0.2.1 is no address of this machine'],
  ['EPERM', 'ADMIN_PORT 80 cannot be listened on (EPERM); start with ADMIN_PORT=<other>'],
])('%s: %s', (code, line) => {
  expect(portComplaint({ variable: 'ADMIN_PORT', port: 80, host: '192.0.2.1', code })).toBe(line);
});
