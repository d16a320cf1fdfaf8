import type { PushOrder } from '@orderbridge/contracts/internal-calls';

/**
 * What each unit of each line was sold for, in fen, in the order of the lines, so that all units together come to
 * `payableFen` (T17).
 *
 * Without a change of price this is the unit price. With one, every unit bears its part of the change in proportion to
 * its price, rounded down; the fen that are left are given out one per unit, to the lines with the most units first, as
 * often as a whole line fits. If some still remain, lines are moved against each other by a few fen. So the units come
 * to the sum to the fen, except where their numbers have a common divisor that the sum lacks (100.00 for three of one
 * thing): no prices with two decimals do that, and they come to the next smaller sum there is. A line without units
 * bears nothing of a change.
 */
export function shareDiscount({
  totalFen,
  payableFen,
  lines,
}: Pick<PushOrder, 'totalFen' | 'payableFen' | 'lines'>): number[] {
  if (payableFen === totalFen || totalFen === 0) return lines.map(({ unitPriceFen }) => unitPriceFen);
  const perUnit = lines.map(({ unitPriceFen }) =>
    Number((BigInt(unitPriceFen) * BigInt(payableFen)) / BigInt(totalFen)),
  );
  const quantities = lines.map(({ quantity }) => Math.max(quantity, 0));
  let rest = payableFen - perUnit.reduce((sum, fen, index) => sum + fen * quantities[index]!, 0);

  const byUnits = quantities
    .flatMap((quantity, index) => (quantity > 0 ? index : []))
    .toSorted((one, other) => quantities[other]! - quantities[one]!);
  for (const index of byUnits) {
    const fen = Math.floor(rest / quantities[index]!);
    perUnit[index]! += fen;
    rest -= fen * quantities[index]!;
  }
  if (rest > 0 && byUnits.length > 0) moveLines(perUnit, quantities, rest);
  return perUnit;
}

/**
 * Raises lines by single fen and moves the one with the fewest units against them, so that together they come to as
 * much of `rest` as any prices can. Each raise changes what the moved line has to make up by its units; the shortest
 * way to each remainder of a division by them is found first.
 */
function moveLines(perUnit: number[], quantities: readonly number[], rest: number): void {
  const moved = quantities.indexOf(Math.min(...quantities.filter((quantity) => quantity > 0)));
  const units = quantities[moved]!;
  const raises = new Map<number, { before: number; line: number } | undefined>([[0, undefined]]);
  // A map gives out what is added while it is walked.
  for (const [before] of raises)
    for (const [line, quantity] of quantities.entries()) {
      const remainder = (before + quantity) % units;
      if (!raises.has(remainder)) raises.set(remainder, { before, line });
    }

  let reached = rest;
  while (!raises.has(reached % units)) reached -= 1;
  const changed = [...perUnit];
  let open = reached;
  for (let raise = raises.get(reached % units); raise; raise = raises.get(raise.before)) {
    changed[raise.line]! += 1;
    open -= quantities[raise.line]!;
  }
  changed[moved]! += open / units;
  // Goods at a few fen, of which none can be taken away.
  if (changed[moved]! >= 0) perUnit.splice(0, perUnit.length, ...changed);
}
