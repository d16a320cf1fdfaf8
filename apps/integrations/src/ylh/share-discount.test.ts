import { expect, test } from 'vitest';
import { shareDiscount } from './share-discount.ts';

type Line = [quantity: number, unitPriceFen: number];

function shared(lines: readonly Line[], payableFen: number) {
  const totalFen = lines.reduce((sum, [quantity, price]) => sum + quantity * price, 0);
  const perUnit = shareDiscount({
    totalFen,
    payableFen,
    lines: lines.map(([quantity, unitPriceFen]) => ({
      productCode: 'A',
      productName: 'A',
      source: 'haier',
      quantity,
      unitPriceFen,
      totalFen: quantity * unitPriceFen,
    })),
  });
  const sumFen = perUnit.reduce((sum, fen, index) => sum + fen * lines[index]![0], 0);
  return { perUnit, shortFen: payableFen - sumFen };
}

test.each<[string, Line[], number, number[], number]>([
  [
    'no change',
    [
      [2, 100],
      [1, 50],
    ],
    250,
    [100, 50],
    0,
  ],
  ['one unit', [[1, 299_900]], 279_901, [279_901], 0],
  ['units that share evenly', [[2, 299_990]], 579_960, [289_980], 0],
  ['a fen that three units cannot share', [[3, 5_000]], 10_000, [3_333], 1],
  ['two fen that three units cannot share', [[3, 5_000]], 10_001, [3_333], 2],
  [
    'a line of one takes the rest',
    [
      [3, 5_000],
      [1, 1_000],
    ],
    10_000,
    [3_125, 625],
    0,
  ],
  [
    'in proportion to the price',
    [
      [1, 300_000],
      [1, 100_000],
    ],
    200_000,
    [150_000, 50_000],
    0,
  ],
  [
    'two lines moved against each other',
    [
      [3, 1_000],
      [2, 1_000],
    ],
    4_001,
    [801, 799],
    0,
  ],
  [
    'a common divisor that the sum lacks',
    [
      [4, 1_000],
      [2, 1_000],
    ],
    5_001,
    [833, 834],
    1,
  ],
  ['a higher price', [[2, 1_000]], 2_100, [1_050], 0],
  [
    'nothing to pay',
    [
      [2, 1_000],
      [1, 500],
    ],
    0,
    [0, 0],
    0,
  ],
  ['nothing was to be paid', [[2, 0]], 0, [0], 0],
])('%s', (_name, lines, payableFen, perUnit, shortFen) => {
  expect(shared(lines, payableFen)).toEqual({ perUnit, shortFen });
});

test('whatever the lines: never more than was paid, and less only where no two decimals do', () => {
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const divisor = (one: number, other: number): number => (other === 0 ? one : divisor(other, one % other));
  for (let round = 0; round < 5_000; round++) {
    const lines = Array.from({ length: 1 + next(3) }, (): Line => [1 + next(9), 1_000 + next(1_000_000)]);
    const totalFen = lines.reduce((sum, [quantity, price]) => sum + quantity * price, 0);
    const payableFen = next(totalFen);
    const { perUnit, shortFen } = shared(lines, payableFen);
    const common = lines.map(([quantity]) => quantity).reduce(divisor);
    expect(perUnit.every((fen) => Number.isSafeInteger(fen) && fen >= 0)).toBe(true);
    expect(shortFen).toBeGreaterThanOrEqual(0);
    expect({ lines, payableFen, shortFen }).toEqual({ lines, payableFen, shortFen: payableFen % common });
  }
});

test.each<[string, Line[], number, number[]]>([
  ['no lines', [], 100, []],
  ['one without units', [[0, 100]], 50, []],
  [
    'all without units but a sum',
    [
      [0, 100],
      [0, 200],
    ],
    50,
    [],
  ],
  [
    'one of two without units',
    [
      [3, 5_000],
      [0, 700],
    ],
    10_001,
    [3_333],
  ],
  [
    'a negative number of units',
    [
      [-1, 100],
      [2, 100],
    ],
    151,
    [0, 75],
  ],
])('%s ends, and nobody is told a price that is no number', (_name, lines, payableFen, expected) => {
  const totalFen = Math.max(
    lines.reduce((sum, [quantity, price]) => sum + quantity * price, 0),
    1,
  );
  const perUnit = shareDiscount({
    totalFen,
    payableFen,
    lines: lines.map(([quantity, unitPriceFen]) => ({
      productCode: 'A',
      productName: 'A',
      source: 'haier',
      quantity,
      unitPriceFen,
      totalFen: quantity * unitPriceFen,
    })),
  });
  expect(perUnit.every((fen) => Number.isSafeInteger(fen))).toBe(true);
  expect(perUnit).toHaveLength(lines.length);
  for (const [index, fen] of expected.entries()) if (lines[index]![0] > 0) expect(perUnit[index]).toBe(fen);
});
