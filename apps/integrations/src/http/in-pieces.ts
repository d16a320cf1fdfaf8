import type { SupplierAnswer } from '../suppliers/suppliers.ts';
import { answered } from './answers.ts';

/**
 * Asks for many things, so many at a time, one call after the other, and puts the answers together (T37). The first
 * call that ends otherwise ends it all. Nothing asked for is nothing sent: platforms take an empty list for everything.
 */
export async function inPieces<In, Out>(
  wanted: readonly In[],
  atOnce: number,
  ask: (piece: readonly In[]) => Promise<SupplierAnswer<Out[]>>,
): Promise<SupplierAnswer<Out[]>> {
  const found: Out[] = [];
  for (let from = 0; from < wanted.length; from += atOnce) {
    const answer = await ask(wanted.slice(from, from + atOnce));
    if (answer.outcome !== 'answered') return answer;
    found.push(...answer.value);
  }
  return answered(found);
}
