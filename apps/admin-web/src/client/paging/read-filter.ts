import { endOfDay, startOfDay } from '../format/beijing-time.ts';

/** What is written in an address under `name`, as far as a service takes it; undefined when there is nothing. */
export const textIn = (params: URLSearchParams, name: string, longest = 100): string | undefined =>
  params.get(name)?.trim().slice(0, longest) || undefined;

/** The day in Beijing that an address names, `2026-11-21`. */
export const dayIn = (params: URLSearchParams, name: string): string | undefined =>
  startOfDay(params.get(name)) && params.get(name)!;

/** Two days as the instants between which they lie, named as the service wants them; what is open is left out. */
export function spanOf<From extends string, To extends string>(
  { from, to }: { from: string | undefined; to: string | undefined },
  [fromName, toName]: readonly [From, To],
): { [name in From | To]?: string } {
  const start = from && startOfDay(from);
  const end = to && endOfDay(to);
  return { ...(start && { [fromName]: start }), ...(end && { [toName]: end }) } as { [name in From | To]?: string };
}
