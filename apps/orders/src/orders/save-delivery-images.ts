import type { Cause, Tx } from '../transaction.ts';
import type { MovedOrder } from './moved-order.ts';
import { recordAmendment } from './record-amendment.ts';

/**
 * Keeps the addresses of photos on a locked order (R135) and answers those it kept. Only web addresses: they become
 * links. An empty answer takes nothing away.
 */
export async function saveDeliveryImages(
  tx: Tx,
  order: MovedOrder,
  urls: readonly string[],
  cause: Cause,
): Promise<string[]> {
  const kept = [...new Set(urls.filter(isWebAddress))];
  if (kept.length === 0) return kept;
  const changed = await tx.em.execute<unknown[]>(
    `update orders set delivery_images = ?::jsonb where id = ? and delivery_images <> ?::jsonb returning id`,
    [JSON.stringify(kept), order.id, JSON.stringify(kept)],
  );
  if (changed.length > 0)
    recordAmendment(
      tx,
      order,
      {
        what: 'delivery_images',
        fact: 'images_learned',
        note: { zh: `${kept.length} 张照片`, en: `${kept.length} photos` },
        detail: { images: kept.length },
      },
      cause,
    );
  return kept;
}

const isWebAddress = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || url?.protocol === 'http:';
};
