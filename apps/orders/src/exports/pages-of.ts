const BATCH = 500;

type Page<Item> = { readonly items: Item[]; readonly nextCursor: string | null };

/** All items of a list, page by page: each is a query of its own, so a slow reader holds no connection and no transaction. */
export async function* pagesOf<Item>(
  list: (place: { cursor: string | undefined; limit: number }) => Promise<Page<Item>>,
): AsyncGenerator<Item[], void, void> {
  for (let cursor: string | undefined; ;) {
    const page = await list({ cursor, limit: BATCH });
    yield page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
