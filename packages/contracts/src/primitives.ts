import { z } from 'zod';

/** Money in integer fen (1/100 yuan), never a fraction, never beyond 2^53 (rulings.md "Amount"). */
export const Fen = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** An instant as ISO 8601 text with a zone, e.g. `2026-11-21T08:00:00.000Z`. */
export const Instant = z.iso.datetime({ offset: true });

// PostgreSQL cannot hold NUL in a text, nor compare one with it.
const holdsNoNul = (text: string) => !text.includes('\u0000');

/** Our public order number: unix seconds and six random digits (domain.md §3). */
export const OrderNumber = z.string().min(1).max(100).refine(holdsNoNul, 'holds a control character');

/** What a list is searched for: trimmed, up to `max` characters; empty asks for nothing. */
export const searched = (max: number) => z.string().trim().max(max).refine(holdsNoNul, 'holds a control character');

/** Six-digit GB/T 2260 county code, as the Haier stock query needs it (domain.md §1.5). */
export const CountyCode = z.string().regex(/^\d{6}$/, 'countyCode has six digits');

// Control characters (NUL above all) cannot be stored by PostgreSQL and hide text on a screen.
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

/** One line of text without control characters, trimmed, from 1 to `max` characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !CONTROL_CHARACTERS.test(text), 'holds a control character')
    .refine((text) => text.isWellFormed(), 'is not well-formed Unicode');

/** Several lines of text without NUL, trimmed, up to `max` characters. */
export const paragraph = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text), 'holds a control character')
    .refine((text) => text.isWellFormed(), 'is not well-formed Unicode');

/** Keyset paging of every list: `cursor` is the opaque `nextCursor` of the page before, `limit` the page length. */
export const paging = {
  cursor: z.string().max(300).optional(),
  limit: z.number().int().min(1).max(100).default(20),
};

/** Paging of a list that comes in several sequences; a cursor goes on in the one it was made in and is refused in others. */
export const sortedPaging = <const Sort extends string>(sorts: readonly [Sort, ...Sort[]]) => ({
  sort: z.enum(sorts).optional(),
  ...paging,
});

export const TIME_SORTS = ['newest', 'oldest'] as const;

/** The answer of every list; `nextCursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
