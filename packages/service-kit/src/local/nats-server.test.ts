import { expect, test } from 'vitest';

import { findNatsServer, howToInstall, isNatsVersionEnough, parseNatsVersion } from './nats-server.ts';

test.each([
  ['nats-server: v2.14.0\n', '2.14.0'],
  ['nats-server: v2.9.10', '2.9.10'],
  ['nats-server: v2.12.0-RC.1', '2.12.0'],
  ['2.10.27', '2.10.27'],
  ['', undefined],
  ['usage: nats-server [options]', undefined],
])('%j names version %s', (output, version) => {
  expect(parseNatsVersion(output)).toBe(version);
});

test.each([
  ['2.9.10', false],
  ['2.10.0', true],
  ['2.14.0', true],
  ['1.99.0', false],
  ['3.0.0', true],
])('%s is enough: %s', (version, enough) => {
  expect(isNatsVersionEnough(version)).toBe(enough);
});

test.each([
  ['darwin', '', 'run "brew install nats-server"'],
  ['linux', 'ID=debian\nVERSION_ID="12"', 'the nats-server of Debian 12 is too old (Debian 12 has 2.9)'],
  ['linux', 'ID=debian\nVERSION_ID="13"', 'run "apt-get install nats-server" (Debian 13, Ubuntu 24.04 or newer)'],
  ['linux', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"', 'run "apt-get install nats-server"'],
  ['linux', 'ID=alpine', 'run "apk add nats-server"'],
  ['linux', '', 'install 2.10 or newer'],
])('on %s %j: %s', (platform, osRelease, advice) => {
  const line = howToInstall(platform, osRelease);

  expect(line).toContain(advice);
  expect(line).toContain('NATS_URL');
  expect(line).not.toContain('\n');
});

test('a NATS_SERVER_BIN that cannot be run is one line', async () => {
  await expect(findNatsServer({ NATS_SERVER_BIN: '/nowhere/nats-server' })).rejects.toThrow(
    /^NATS_SERVER_BIN \(\/nowhere\/nats-server\) cannot be run: [^\n]+$/,
  );
});
