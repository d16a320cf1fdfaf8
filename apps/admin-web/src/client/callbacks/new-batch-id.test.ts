import { expect, test } from 'vitest';
import { z } from 'zod';
import { newBatchId } from './new-batch-id.ts';

test('is a UUID, and another one each time', () => {
  const ids = Array.from({ length: 100 }, newBatchId);
  expect(ids.filter((id) => !z.uuidv4().safeParse(id).success)).toEqual([]);
  expect(new Set(ids).size).toBe(100);
});
