export type ExportFilters = Readonly<Record<string, string | boolean | readonly string[] | null | undefined>>;

/**
 * Filters as a query of text: several values of one by repeating its name, what is not set left out, and what must be
 * nobody's (null) as an empty value.
 */
export function exportQuery(filters: ExportFilters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    for (const entry of value === undefined ? [] : [value ?? ''].flat()) query.append(name, String(entry));
  return query.toString();
}
