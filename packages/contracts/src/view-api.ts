import { z } from 'zod';
import { line } from './primitives.ts';
import { VIEW_NAME_MAX, VIEW_ROOMS } from './view-rooms.ts';

/** What `URLSearchParams` writes. */
const WRITTEN_BY_URLS = /^[\x21-\x7e]*$/;

const place = { room: z.enum(VIEW_ROOMS), name: line(VIEW_NAME_MAX) };

/** Filters of a list under a name; `query` is the part of the page's address that sets them, empty for none. */
export const SavedView = z.strictObject({
  ...place,
  query: z.string().max(2_000).regex(WRITTEN_BY_URLS, 'is not the query of an address'),
});
export type SavedView = z.infer<typeof SavedView>;

const views = z.object({ views: z.array(SavedView) });

/** One's own saved views, in the order in which they were made. */
export const viewApi = {
  list: { input: z.void(), output: views },
  /** Keeps a view; one of the same name gets the new filters where it stands. */
  keep: { input: SavedView, output: views },
  /** Forgets a view; doing it again changes nothing. */
  remove: { input: z.strictObject(place), output: views },
} as const;
