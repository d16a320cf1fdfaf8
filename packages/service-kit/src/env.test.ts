import { expect, test } from 'vitest';
import { z } from 'zod';
import { EnvError, flag, parseEnv, port, weakInProduction } from './env.ts';

const schema = z.object({
  PORT: port,
  SECRET: z.string().min(16, 'is shorter than 16 characters'),
  DEBUG: flag.default(false),
});

test('every problem is told at once, and no value', () => {
  const read = () => parseEnv(schema, { PORT: 'http', SECRET: 'tiny-secret', DEBUG: 'perhaps' });
  expect(read).toThrow(EnvError);
  try {
    read();
  } catch (error) {
    expect((error as EnvError).problems).toHaveLength(3);
    expect((error as EnvError).message).toMatch(/PORT[\s\S]*SECRET is shorter than 16 characters[\s\S]*DEBUG/);
    expect((error as EnvError).message).not.toContain('tiny-secret');
  }
});

test('empty text is unset', () => {
  expect(() => parseEnv(schema, { PORT: '', SECRET: 'a'.repeat(16) })).toThrow('PORT is not set');
  expect(parseEnv(schema, { PORT: '80', SECRET: 'a'.repeat(16), DEBUG: '' })).toMatchObject({ PORT: 80, DEBUG: false });
});

test('weak secrets are problems in production only', () => {
  const weak = weakInProduction({ SECRET: 20, OTHER: 20 });
  const env = { PORT: '80', SECRET: 'a'.repeat(16) };
  expect(() => parseEnv(schema, env, weak)).toThrow('SECRET is shorter than 20 characters');
  expect(parseEnv(schema, { ...env, APP_PROFILE: 'demo' }, weak)).toMatchObject({ PORT: 80 });
});

test('the text "false" is false', () => {
  expect(parseEnv(schema, { PORT: '80', SECRET: 'a'.repeat(16), DEBUG: 'false' }).DEBUG).toBe(false);
});
