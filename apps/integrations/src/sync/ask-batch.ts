import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import type { CallOptions, HaierClient, StockAnswer, SupplierAnswer } from '../suppliers/suppliers.ts';
import { asWritten, type Text } from '../text.ts';
import type { HeldSync } from './claim-sync.ts';
import { fitItem } from './fit-item.ts';
import { askPatiently, type Halt, type Told } from './halt.ts';
import { MAIN_PART, type Part } from './plan-sync.ts';

/** A product that is to be synced. */
export type Item = { readonly seq: number; readonly productCode: string };

/** What the platform said of a product. */
export type AskedItem = Item & {
  /** The parts that can be told. */
  readonly found: CatalogueItem;
  /** Why the product failed. */
  readonly problem: Text | null;
  /** What is missing though it did not fail. */
  readonly warning: Text | null;
};

export type AskedBatch = {
  readonly items: readonly AskedItem[];
  /** The last trouble, when the platform answered nothing at all about any of them. */
  readonly unanswered: Text | undefined;
};

/** Stock queries of one batch at a time; there is one for each product. */
const STOCKS_AT_ONCE = 4;

/**
 * Asks for everything the run wants to know of at most 20 products, products and prices side by side (R109, R110). A
 * product that fails keeps no other from being told. Undefined when the run was halted before it was all there.
 */
export async function askBatch(
  haier: HaierClient,
  run: HeldSync,
  batch: readonly Item[],
  pausesMs: readonly number[],
  halt: Halt,
): Promise<AskedBatch | undefined> {
  const codes = batch.map((item) => item.productCode);
  const options: CallOptions = { priority: 'bulk', signal: halt.signal };
  const wants = (part: Part) => run.parts.includes(part);
  const askFor = (part: 'product' | 'price', ask: HaierClient['products']) =>
    wants(part) ? askCodes((some) => ask(some, options), codes, pausesMs, halt) : NOTHING;
  const [products, prices] = await Promise.all([askFor('product', haier.products), askFor('price', haier.prices)]);
  if (!products || !prices) return undefined;

  // A product that Haier does not know has no stock to ask for.
  const known = run.type === 'products' ? codes.filter((code) => products.get(code)?.ok) : codes;
  const stocks =
    wants('stock') && run.countyCode !== null
      ? await askStocks((code) => haier.stock(code, run.countyCode!, options), known, pausesMs, halt)
      : NOTHING;
  if (!stocks) return undefined;

  const parts = {
    product: (code: string) => partOf(products.get(code), 'product'),
    price: (code: string) => partOf(prices.get(code), 'price'),
    stock: (code: string) => stockOf(stocks.get(code), run.countyCode),
  };
  const items = batch.map((item) => askedItem(run, item, parts));
  const everyAnswer = [products, prices, stocks].flatMap((answers) => [...answers.values()]);
  const last = everyAnswer.at(-1);
  const isUnanswered = everyAnswer.every((answer) => !answer.ok && answer.why !== NOT_THERE);
  return { items, unanswered: isUnanswered && last && !last.ok ? last.why : undefined };
}

type Answers<T> = ReadonlyMap<string, Told<T>>;
const NOTHING: Answers<never> = new Map();

/** What an answer gives of one part: nothing when it was not asked for. */
type PartAnswer = { readonly found?: Partial<CatalogueItem>; readonly why?: Text };

function partOf(answer: Told<CatalogueItem> | undefined, part: 'product' | 'price'): PartAnswer {
  if (!answer) return {};
  if (!answer.ok) return { why: answer.why === NOT_THERE && part === 'price' ? NO_PRICE : answer.why };
  const { [part]: value, priceReason } = answer.value;
  if (value) return { found: { [part]: value } };
  const reason = part === 'price' ? priceReason : undefined;
  return { why: reason ? asWritten(reason) : part === 'price' ? NO_PRICE : NOT_THERE };
}

function stockOf(answer: Told<StockAnswer> | undefined, countyCode: string | null): PartAnswer {
  if (!answer || countyCode === null) return {};
  if (!answer.ok) return { why: answer.why };
  // Shown with the sum is where most of it lies (R113).
  const best = answer.value.warehouses.reduce<StockAnswer['warehouses'][number] | undefined>(
    (most, warehouse) => (most && most.quantity >= warehouse.quantity ? most : warehouse),
    undefined,
  );
  return {
    found: {
      stock: {
        quantity: answer.value.quantity,
        warehouseCode: best?.code ?? null,
        warehouseGrade: best?.grade ?? null,
        countyCode,
      },
    },
  };
}

function askedItem(run: HeldSync, item: Item, parts: Readonly<Record<Part, (code: string) => PartAnswer>>): AskedItem {
  const { productCode } = item;
  const answers = run.parts.map((part) => ({ part, ...parts[part](productCode) }));
  const main = answers.find(({ part }) => part === MAIN_PART[run.type])!;
  if (main.why) return { ...item, found: { productCode }, problem: failed(main.part, main.why), warning: null };

  const whole = answers.reduce<CatalogueItem>((sum, { found }) => ({ ...sum, ...found }), { productCode });
  const found = fitItem(whole);
  if (!found) return { ...item, found: { productCode }, problem: SENSELESS, warning: null };
  const warnings = answers.flatMap(({ part, why }) => (why ? [failed(part, why)] : []));
  return { ...item, found, problem: null, warning: warnings.length > 0 ? joined(warnings) : null };
}

const failed = (part: Part, why: Text): Text => ({
  zh: `${WITHOUT[part].zh}：${why.zh}`,
  en: `${WITHOUT[part].en}: ${why.en}`,
});

const WITHOUT: Readonly<Record<Part, Text>> = {
  product: { zh: '商品未同步', en: 'The product was not synced' },
  price: { zh: '价格未采用', en: 'The price was not applied' },
  stock: { zh: '库存查询失败，保留原库存', en: 'The stock could not be asked for and stays as it was' },
};

const joined = (texts: readonly Text[]): Text => ({
  zh: texts.map(({ zh }) => zh).join('；'),
  en: texts.map(({ en }) => en).join('; '),
});

/**
 * One call for all codes. When the platform refuses them together, the halves are asked one after the other, so that a
 * bad code is found and the others get their answer.
 */
async function askCodes(
  ask: (codes: readonly string[]) => Promise<SupplierAnswer<CatalogueItem[]>>,
  codes: readonly string[],
  pausesMs: readonly number[],
  halt: Halt,
): Promise<Answers<CatalogueItem> | undefined> {
  let isRefused = false;
  const told = await askPatiently(
    async () => {
      const answer = await ask(codes);
      isRefused = answer.outcome === 'refused';
      return answer;
    },
    pausesMs,
    halt,
  );
  if (!told) return undefined;
  if (told.ok) {
    const byCode = new Map(told.value.map((item) => [item.productCode, item]));
    return new Map(
      codes.map((code) => {
        const value = byCode.get(code);
        return [code, value ? { ok: true, value } : { ok: false, why: NOT_THERE }];
      }),
    );
  }
  if (!isRefused || codes.length === 1) return new Map(codes.map((code) => [code, told]));
  const middle = Math.ceil(codes.length / 2);
  const answers = new Map<string, Told<CatalogueItem>>();
  for (const half of [codes.slice(0, middle), codes.slice(middle)]) {
    const part = await askCodes(ask, half, pausesMs, halt);
    if (!part) return undefined;
    for (const [code, answer] of part) answers.set(code, answer);
  }
  return answers;
}

async function askStocks(
  ask: (code: string) => Promise<SupplierAnswer<StockAnswer>>,
  codes: readonly string[],
  pausesMs: readonly number[],
  halt: Halt,
): Promise<Answers<StockAnswer> | undefined> {
  const answers = new Map<string, Told<StockAnswer>>();
  const left = codes[Symbol.iterator]();
  const lane = async () => {
    for (const code of left) {
      const told = await askPatiently(() => ask(code), pausesMs, halt);
      if (!told) return;
      answers.set(code, told);
    }
  };
  await Promise.all(Array.from({ length: STOCKS_AT_ONCE }, lane));
  return answers.size === codes.length ? answers : undefined;
}

const NOT_THERE: Text = {
  zh: '平台没有返回该产品',
  en: 'The platform returned nothing about it',
};

const NO_PRICE: Text = {
  zh: '平台没有返回价格',
  en: 'The platform returned no price',
};

const SENSELESS: Text = {
  zh: '平台返回的数据无法识别，未采用',
  en: 'What the platform returned makes no sense and was not applied',
};
