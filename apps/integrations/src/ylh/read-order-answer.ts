import { readText } from '../http/read-fields.ts';
import { asObject, saysSuccess } from '../http/read-json.ts';

/**
 * Whether YLH took an order, and the number it gave it, which may stand in the answer or its `data`, in either spelling, or nowhere (domain.md §1.10,
 * R12). Undefined when the answer neither says success nor names an order, or names it by something that is no text.
 */
export function readOrderAnswer(body: unknown): { retailOrderNo: string | null } | undefined {
  const outer = asObject(body);
  const inner = asObject(outer?.['data']);
  const places = [inner, outer].flatMap((part) => [part?.['retailOrderNo'], part?.['retail_order_no']]);
  if (places.some((place) => typeof place === 'object' && place !== null)) return undefined;
  const retailOrderNo = places.map(readText).find((text) => text !== null) ?? null;
  return saysSuccess(body) || retailOrderNo !== null ? { retailOrderNo } : undefined;
}

/** YLH took note of something (domain.md §1.11, §1.12); undefined when it does not say so. */
export const readAcknowledgement = (body: unknown): true | undefined => saysSuccess(body) || undefined;
