import { CONFIG_KEYS, SECRET_CONFIG_KEYS } from '@orderbridge/contracts/integrations-api';
import { expect, test } from 'vitest';
import { HAIER_KEYS, SECRET_KEYS, YLH_KEYS } from './configuration-keys.ts';

test('the form asks for every key that the service knows, each once', () => {
  expect([...HAIER_KEYS, ...YLH_KEYS].toSorted()).toEqual(CONFIG_KEYS.toSorted());
});

test('secrets of the form are the secrets of the service', () => {
  expect(SECRET_KEYS.toSorted()).toEqual(SECRET_CONFIG_KEYS.toSorted());
});
