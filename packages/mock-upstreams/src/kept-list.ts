/** A list that keeps the newest of what comes, so that what nobody asks for never fills the memory. */
export type KeptList<T> = {
  readonly items: readonly T[];
  add(item: T): void;
  clear(): void;
};

/** @param most how many items it keeps, and by `size` how many characters they may have together */
export function keptList<T>(most: number, size?: { chars: number; of: (item: T) => number }): KeptList<T> {
  const items: T[] = [];
  let chars = 0;
  return {
    items,
    add(item) {
      items.push(item);
      if (size) chars += size.of(item);
      while (items.length > most || (size && chars > size.chars)) {
        const oldest = items.shift();
        if (size && oldest) chars -= size.of(oldest);
      }
    },
    clear() {
      items.length = 0;
      chars = 0;
    },
  };
}

/** The same for what has a key: sets it, and forgets the oldest beyond `most`. */
export function keepByKey<T>(items: Map<string, T>, key: string, item: T, most: number): T {
  items.set(key, item);
  const [oldest] = items.keys();
  if (items.size > most && oldest !== undefined) items.delete(oldest);
  return item;
}
