import { asObject, saysSuccess } from '../http/read-json.ts';

/**
 * Addresses of photos, wherever in the answer they stand, each once (domain.md §1.13: the shape of the elements is not
 * known). Undefined when this is no such answer.
 */
export function readImages(body: unknown): string[] | undefined {
  const envelope = asObject(body);
  const isWrapped = envelope !== undefined && 'data' in envelope;
  const content = isWrapped ? envelope['data'] : body;
  if (typeof content !== 'object') return undefined;
  // Without a list there has to be at least a word of success.
  if ((content === null || (!isWrapped && envelope)) && !saysSuccess(body)) return undefined;
  return [...new Set(addressesIn(content, DEPTH_MAX))].slice(0, IMAGES_MAX);
}

function addressesIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return value.split(/[\s,;]+/).filter(isAddress);
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.values(value).flatMap((part) => addressesIn(part, depth - 1));
}

const isAddress = (text: string) => text.length <= ADDRESS_MAX && /^https?:\/\//i.test(text) && URL.canParse(text);

const DEPTH_MAX = 6;
const IMAGES_MAX = 200;
const ADDRESS_MAX = 2_000;
