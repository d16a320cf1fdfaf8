import { z } from 'zod';

/** Callback addresses of Haier and YLH, each also with a trailing slash (rulings.md "Callback addresses"). */
export const HAIER_CALLBACK_PATHS = [
  '/api/v1/haier/callback',
  '/api/orders/haier_callback',
  '/api/v1/orders/haier_callback',
  '/api/haier/ylh/callback',
  '/api/integrations/ylh/callback',
] as const;

/** Fields of the form, decoded, by name; a repeated name never gets this far. */
export type FormFields = Readonly<Record<string, string>>;

/**
 * The text whose MD5 (UTF-8, hex, upper case) is `Sign` (domain.md §2.2): every posted field but `Sign`
 * and those that are blank, sorted by name in code-unit order, name and value joined without separators,
 * the secret at both ends, all of it in lower case.
 */
export function haierSigningText(fields: FormFields, secret: string): string {
  let signed = '';
  for (const name of Object.keys(fields).toSorted()) {
    const value = fields[name]!;
    if (name !== 'Sign' && value.trim() !== '') signed += name + value;
  }
  return (secret + signed + secret).toLowerCase();
}

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** Reads `yyyyMMddHHmmss` as Asia/Shanghai time (no DST there); undefined when it is no such instant. */
export function readHaierTime(text: string): Date | undefined {
  if (!/^\d{14}$/.test(text)) return undefined;
  const part = (from: number, to: number) => Number(text.slice(from, to));
  const utcMs = Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14));
  const at = new Date(utcMs - SHANGHAI_OFFSET_MS);
  return formatHaierTime(at) === text ? at : undefined;
}

/** Writes an instant as `yyyyMMddHHmmss` in Asia/Shanghai (R63). */
export function formatHaierTime(at: Date): string {
  const iso = new Date(at.getTime() + SHANGHAI_OFFSET_MS).toISOString();
  return (
    iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10) + iso.slice(11, 13) + iso.slice(14, 16) + iso.slice(17, 19)
  );
}

/** Every method of domain.md §2.1; `OrderStatusChange` is the seeds' name for a confirm. */
export const HAIER_METHODS = [
  'OrderStatusChange',
  'hmm.scm_heorder.confirm',
  'hmm.scm_heorder.cancel',
  'hmm.scm_heorder.oostock',
] as const;
export type HaierMethod = (typeof HAIER_METHODS)[number];

/** Quantities of one product as the platform counts them now: absolute, never to be added (domain.md §2.5). */
export type HaierQuantities = {
  readonly productCode: string;
  readonly totalQty: number;
  readonly receivedQty: number;
  readonly returnedQty: number;
  readonly rejectedQty: number;
};

/** The meaning of a verified Haier callback. */
export type HaierNotice = {
  /** `TimeStamp`: when the platform says it sent this. */
  readonly sentAt: Date;
  readonly method: HaierMethod;
  readonly platformOrderNo: string;
  /** Empty text and null are read as absent (R54). */
  readonly extOrderNo: string | undefined;
  /** 1 success, 0 failure, 2 partial (cancel only). */
  readonly state: 0 | 1 | 2;
  readonly failMessage: string | undefined;
  readonly items: readonly HaierQuantities[] | undefined;
};

export type HaierNoticeReading =
  | { readonly ok: true; readonly notice: HaierNotice }
  | {
      readonly ok: false;
      readonly reason: 'malformed' | 'unknown_method';
      readonly method: string;
      readonly platformOrderNo: string | null;
    };

/**
 * Reads the meaning out of verified form fields (domain.md §2.1, §2.5). Keys of `Data` and of its items are exact-case,
 * because the signature folds case: any key that equals a known one only after folding makes the callback malformed.
 */
export function readHaierNotice(fields: FormFields): HaierNoticeReading {
  const method = fields['Method'] ?? '';
  const refuse = (
    reason: 'malformed' | 'unknown_method',
    platformOrderNo: string | null = null,
  ): HaierNoticeReading => ({
    ok: false,
    reason,
    method: method.slice(0, 100),
    platformOrderNo,
  });

  const sentAt = readHaierTime(fields['TimeStamp'] ?? '');
  if (!sentAt) return refuse('malformed');
  const raw = parseJson(fields['Data'] ?? '');
  if (!isRecord(raw) || hasFoldedKey(raw, DATA_KEYS)) return refuse('malformed');
  const data = HaierData.safeParse(raw);
  if (!data.success) return refuse('malformed');

  const { PlatformOrderNo, ExtOrderNo, State, FailMsg, itemList } = data.data;
  if (!isKnownMethod(method)) return refuse('unknown_method', PlatformOrderNo);
  if (State === 2 && method !== 'hmm.scm_heorder.cancel') return refuse('malformed', PlatformOrderNo);
  return {
    ok: true,
    notice: {
      sentAt,
      method,
      platformOrderNo: PlatformOrderNo,
      extOrderNo: ExtOrderNo?.trim() ? ExtOrderNo.trim() : undefined,
      state: State,
      failMessage: FailMsg?.trim() ? FailMsg.trim() : undefined,
      items: itemList ?? undefined,
    },
  };
}

const isKnownMethod = (method: string): method is HaierMethod => (HAIER_METHODS as readonly string[]).includes(method);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Known keys by their folded form. */
const folding = (...keys: string[]): ReadonlyMap<string, string> =>
  new Map(keys.map((key) => [key.toLowerCase(), key]));

const DATA_KEYS = folding('PlatformOrderNo', 'ExtOrderNo', 'State', 'FailMsg', 'itemList');
const ITEM_KEYS = folding('productCode', 'totalQty', 'receiveQty', 'returnQty', 'rejectQty');

const hasFoldedKey = (data: Record<string, unknown>, known: ReadonlyMap<string, string>): boolean =>
  Object.keys(data).some((key) => (known.get(key.toLowerCase()) ?? key) !== key);

const code = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !/[\u0000-\u001f\u007f]/.test(text) && text.isWellFormed());

const FAIL_MESSAGE_MAX = 500;

const Quantity = z.number().int().min(0).max(1_000_000);

const HaierItem = z
  .unknown()
  // A quantity under a key in another case would be read as none.
  .refine((item) => !isRecord(item) || !hasFoldedKey(item, ITEM_KEYS))
  .pipe(
    z.object({
      productCode: code(50).min(1),
      totalQty: Quantity,
      receiveQty: Quantity.default(0),
      returnQty: Quantity.default(0),
      rejectQty: Quantity.default(0),
    }),
  )
  .transform((item): HaierQuantities => ({
    productCode: item.productCode,
    totalQty: item.totalQty,
    receivedQty: item.receiveQty,
    returnedQty: item.returnQty,
    rejectedQty: item.rejectQty,
  }));

const HaierData = z.object({
  PlatformOrderNo: code(100).refine((text) => text.trim() !== ''),
  ExtOrderNo: code(100).nullish(),
  // The platform also writes it as text (R51); true and other look-alikes are refused.
  State: z.union([z.literal([0, 1, 2]), z.literal(['0', '1', '2']).transform((text) => Number(text) as 0 | 1 | 2)]),
  FailMsg: z
    .string()
    .transform((text) =>
      text
        .toWellFormed()
        .replaceAll(/[\u0000-\u001f\u007f]/g, ' ')
        .slice(0, FAIL_MESSAGE_MAX),
    )
    .nullish(),
  // Arrives as an array or as JSON text of one (domain.md §2.1).
  itemList: z
    .preprocess(
      (value) => (typeof value === 'string' ? (value.trim() === '' ? undefined : parseJson(value)) : value),
      z.array(HaierItem).max(200).nullish(),
    )
    .optional(),
});
