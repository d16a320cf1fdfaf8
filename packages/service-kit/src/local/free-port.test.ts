import { expect, test } from 'vitest';

import { freePort } from './free-port.ts';

test('ports asked for one after the other or at the same time are all different', async () => {
  const ports = [
    await freePort(),
    await freePort(),
    ...(await Promise.all(Array.from({ length: 200 }, () => freePort()))),
  ];

  expect(new Set(ports).size).toBe(ports.length);
});
