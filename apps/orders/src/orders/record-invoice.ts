import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { shanghaiDay } from '../overview/shanghai-days.ts';
import type { Text } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf, whyNoInvoice } from './allowed-actions.ts';
import { recordAmendment } from './record-amendment.ts';

type Invoice = NonNullable<OrderView['invoice']>;

/**
 * Keeps number and date of the invoice of a government order, puts others in their place, or with null takes them away.
 * What is on record already changes nothing.
 * @throws NotFound, Refused (INVALID_ORDER_STATUS or REFUSED when the order can have none, BAD_INPUT for a day that
 *   cannot be that of its invoice)
 */
export const recordInvoice = (
  context: ActContext,
  { orderNumber, invoice }: z.output<typeof orderApi.recordInvoice.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    const { order } = locked;
    refuseIf(whyNoInvoice(locked));
    const [before] = await tx.em.execute<{ invoice: Invoice | null; placed: string }[]>(
      `select case when invoice_no is null then null else json_build_object('number', invoice_no, 'date', invoice_date) end as invoice,
              created_at as placed
         from orders where id = ?`,
      [order.id],
    );
    const { invoice: recorded, placed } = before!;
    if (recorded?.number === invoice?.number && recorded?.date === invoice?.date) return;
    if (invoice) mustBeItsDay(invoice.date, { placed: shanghaiDay(new Date(placed)), today: shanghaiDay(cause.at) });

    await tx.em.execute(
      `update orders set invoice_no = ?, invoice_date = ? where id = ?`,
      [invoice?.number ?? null, invoice?.date ?? null, order.id],
      'run',
    );
    recordAmendment(
      tx,
      order,
      {
        what: 'invoice',
        fact: 'invoice_recorded',
        note: changeOf(recorded, invoice),
        detail: { from: recorded && inWords(recorded), to: invoice && inWords(invoice) },
      },
      cause,
    );
  });

function mustBeItsDay(day: string, { placed, today }: { placed: string; today: string }): void {
  if (day > today) throw new Refused('BAD_INPUT', '开票日期不能晚于今天', 'The date of the invoice cannot lie ahead');
  if (day < placed)
    throw new Refused(
      'BAD_INPUT',
      `开票日期不能早于下单日期（${placed}）`,
      `The date of the invoice cannot be before that of the order (${placed})`,
    );
}

const inWords = ({ number, date }: Invoice): string => `${number} (${date})`;

function changeOf(before: Invoice | null, after: Invoice | null): Text {
  const from = before && inWords(before);
  const to = after && inWords(after);
  if (to === null) return { zh: `删除发票 ${from}`, en: `Invoice ${from} taken away` };
  if (from === null) return { zh: `发票 ${to}`, en: `Invoice ${to}` };
  return { zh: `发票 ${from} → ${to}`, en: `Invoice ${from} → ${to}` };
}
