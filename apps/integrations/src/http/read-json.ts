/** A JSON object, its members unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined when the text is no JSON; no JSON value is undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value as an object; undefined when it is none. */
export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

/**
 * The elements of an answer, however it is wrapped: an array, one object, or either of them as `data` (domain.md §1.5,
 * §1.8). `data: null` beside `success: true` is none; undefined is no such answer.
 */
export function elementsOf(body: unknown): readonly JsonObject[] | undefined {
  const envelope = asObject(body);
  const content = envelope && 'data' in envelope ? envelope['data'] : body;
  if (content === null && saysSuccess(body)) return [];
  const elements = (Array.isArray(content) ? content : [content]).map(asObject);
  return elements.every((element) => element !== undefined) ? elements : undefined;
}

/**
 * What can be read of a list. One bad element does not spoil the rest (R110), but a list of nothing else is no answer:
 * undefined.
 */
export function readElements<T>(
  elements: readonly JsonObject[] | undefined,
  read: (element: JsonObject) => T | undefined,
): T[] | undefined {
  const values = elements?.map(read).filter((value) => value !== undefined);
  return values?.length === 0 && elements!.length > 0 ? undefined : values;
}

/** Whether the platform says that it did what was asked: undefined when it does not say (R35). */
export function saysSuccess(body: unknown): boolean | undefined {
  const success = asObject(body)?.['success'];
  if (success === true || success === 'true') return true;
  return success === false || success === 'false' ? false : undefined;
}

/**
 * What the platform says in words, on one line and at most 300 characters long (domain.md §1.0), OAuth's own
 * description included; undefined when it says nothing.
 */
export function wordsOf(body: unknown): string | undefined {
  const fields = asObject(body);
  for (const name of WORDS) {
    const words = fields?.[name];
    if (typeof words !== 'string') continue;
    const line = oneLine(words);
    if (line !== '') return line;
  }
  return undefined;
}

const WORDS = ['errorMsg', 'msg', 'message', 'error_description', 'error', 'description'] as const;
const WORDS_MAX = 300;

const oneLine = (text: string): string => {
  const line = text
    .toWellFormed()
    .replaceAll(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  // A character of two units is not cut in half.
  return line.slice(0, WORDS_MAX).isWellFormed() ? line.slice(0, WORDS_MAX) : line.slice(0, WORDS_MAX - 1);
};
