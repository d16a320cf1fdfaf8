/** A set of filters with a name; `query` is written the same for the same filters. */
export type SavedView = { readonly name: string; readonly query: string };

const MOST = 30;
export const NAME_MAX = 40;

/** The filters of an address in one way of writing them, without page, cursor or what else stands there. */
export function queryOf(params: URLSearchParams, names: readonly string[]): string {
  const query = new URLSearchParams();
  for (const name of names.toSorted()) for (const value of params.getAll(name).toSorted()) query.append(name, value);
  return query.toString();
}

/** What a browser has kept; what is not of ours there is left out. */
export function readViews(kept: string | null): SavedView[] {
  try {
    const views: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(views) ? views.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** With a view more; one of the same name is replaced where it stands. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return views.some(({ name }) => name === view.name)
    ? views.map((other) => (other.name === view.name ? view : other))
    : [...views, view].slice(-MOST);
}

const isView = (value: unknown): value is SavedView => {
  const { name, query } = (value ?? {}) as Partial<SavedView>;
  return typeof name === 'string' && name.length > 0 && name.length <= NAME_MAX && typeof query === 'string';
};
