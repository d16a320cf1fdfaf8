type Filters = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Filters as a query of text: several values of one by repeating its name, what is not set left out. */
export function exportQuery(filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    for (const entry of [value ?? []].flat()) query.append(name, String(entry));
  return query.toString();
}
