import { raiseException } from '../exceptions/raise-exception.ts';
import type { Text } from '../text.ts';
import { transact } from '../transaction.ts';
import type { ApplyContext } from './apply-callbacks.ts';

/** How long a callback may wait for its order before a person is asked. */
const WAIT_MS = 15 * 60_000;
const AT_ONCE = 200;

/**
 * Puts every callback that has waited 15 minutes for its order or payment before staff, once each, whoever sent it
 * (design.md §3.8). It goes on being matched, and then its case closes by itself. Answers how many were raised.
 */
export async function raiseOrphans(context: ApplyContext): Promise<number> {
  let raised = 0;
  for (let found = AT_ONCE; found === AT_ONCE;) {
    found = await transact(context, async (tx) => {
      const at = context.now();
      // Held until the commit: one that is being matched right now is left alone.
      const rows = await tx.em.execute<{ public_id: string; provider: string; platform_order_no: string | null }[]>(
        `select c.public_id, c.provider, c.platform_order_no from callbacks c
          where c.outcome = 'orphan' and c.received_at <= ?
            and not exists (select 1 from exceptions e where e.dedup_key = 'orphan_callback:' || c.public_id)
          order by c.received_at limit ${AT_ONCE} for update of c skip locked`,
        [new Date(at.getTime() - WAIT_MS)],
      );
      for (const row of rows)
        await raiseException(tx, {
          kind: 'orphan_callback',
          order: null,
          callbackId: row.public_id,
          dedupKey: `orphan_callback:${row.public_id}`,
          detail: detailOf(row),
          at,
        });
      return rows.length;
    });
    raised += found;
  }
  return raised;
}

function detailOf({ provider, platform_order_no }: { provider: string; platform_order_no: string | null }): Text {
  const number = platform_order_no ?? '-';
  return provider === 'haier'
    ? {
        zh: `回调到达 15 分钟后仍找不到订单 ${number}`,
        en: `No order ${number} was found within 15 minutes of this callback`,
      }
    : {
        zh: `支付回调（${provider}）到达 15 分钟后仍找不到对应的支付，单号 ${number}；如已收款请核实退款`,
        en: `No payment was found within 15 minutes of this ${provider} callback (number ${number}); if money came, see that it goes back`,
      };
}
