import type { InfiniteData } from '@tanstack/react-query';

/** All pages read so far as one list. */
export const allOf = <T>({ pages }: InfiniteData<{ items: readonly T[] }>): { items: T[] } => ({
  items: pages.flatMap(({ items }) => items),
});
