/** The filters of an address in one way of writing them, without page, cursor or what else stands there. */
export function queryOf(params: URLSearchParams, names: readonly string[]): string {
  const query = new URLSearchParams();
  for (const name of names.toSorted()) for (const value of params.getAll(name).toSorted()) query.append(name, value);
  return query.toString();
}
