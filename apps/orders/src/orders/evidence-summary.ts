import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { EvidenceExport } from '@orderbridge/contracts/exports-api';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { html } from 'hono/html';
import type { Text } from '../text.ts';
import { shanghaiMinute } from './shanghai-minute.ts';
import { ORDER_STATE_NAMES } from './state-names.ts';

/** A photo of the pack: the file it became, or why it became none. */
export type FiledPhoto = {
  readonly number: number;
  readonly address: string;
  readonly file: string | null;
  readonly missing: Text | null;
};

/** Masked, or in clear. */
export type Recipient = Omit<OrderView['address'], 'countyCode'>;

type Pack = {
  readonly view: OrderView;
  readonly evidence: NonNullable<OrderView['evidence']>;
  readonly recipient: Recipient;
  readonly photos: readonly FiledPhoto[];
  readonly at: Date;
  readonly lang: EvidenceExport['lang'];
};

type Evidence = Pack['evidence'];
type Row = readonly (string | number)[];

/** A page of its own, to be read in any browser or printed; whatever others wrote stands in it as text. */
export async function evidenceSummary({ view, evidence, recipient, photos, at, lang }: Pack): Promise<string> {
  const say = (zh: string, en: string) => (lang === 'en' ? en : zh);
  const words = ({ zh, en }: Text) => say(zh, en);
  const isComplete = evidence.missing.length === 0;
  const title = say(`国补资料：订单 ${view.orderNumber}`, `Subsidy evidence: order ${view.orderNumber}`);
  const region = [recipient.province, recipient.city, recipient.district, recipient.town].filter(Boolean).join(' ');
  const page = await html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          body {
            font: 14px/1.6 sans-serif;
            max-width: 860px;
            margin: 24px auto;
            padding: 0 16px;
            color: #1f1f1f;
          }
          h1 {
            font-size: 20px;
          }
          h2 {
            font-size: 16px;
            margin: 24px 0 8px;
          }
          table {
            width: 100%;
            border-collapse: collapse;
          }
          th,
          td {
            padding: 6px 8px;
            border: 1px solid #d0d0d0;
            text-align: left;
            vertical-align: top;
            overflow-wrap: anywhere;
          }
          th {
            background: #f5f5f5;
            font-weight: 600;
          }
          .verdict {
            padding: 8px 12px;
            border: 1px solid;
            border-radius: 4px;
            font-weight: 600;
          }
          .complete {
            color: #237804;
          }
          .incomplete {
            color: #a8071a;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        <p class="verdict ${isComplete ? 'complete' : 'incomplete'}">
          ${
            isComplete
              ? say('资料齐全', 'Complete')
              : say('资料不全，缺少：', 'Not complete; missing: ') +
                evidence.missing.map((part) => words(PARTS[part])).join(say('、', ', '))
          }
        </p>
        ${table(
          [say('项目', 'Part'), say('情况', 'On record')],
          [
            [words(PARTS.serial_numbers), numbersOf(evidence, say)],
            [words(PARTS.photos), say(`${evidence.photos} 张`, `${evidence.photos}`)],
            [
              words(PARTS.invoice),
              view.invoice ? `${view.invoice.number} (${view.invoice.date})` : say('未登记', 'Not recorded'),
            ],
          ],
        )}
        <h2>${say('订单', 'Order')}</h2>
        ${table(
          [],
          [
            [say('订单号', 'Order number'), view.orderNumber],
            [say('海尔订单号', 'Haier order number'), view.haierOrderNo ?? '—'],
            [say('订单状态', 'Status'), words(ORDER_STATE_NAMES[view.status])],
            [say('下单时间（北京时间）', 'Placed (Beijing time)'), minuteOf(view.createdAt)],
            [say('支付时间（北京时间）', 'Paid (Beijing time)'), minuteOf(view.paidAt)],
            [say('应付金额（元）', 'Payable (yuan)'), formatYuan(view.payableFen)],
            [say('收货人', 'Contact'), recipient.contactName],
            [say('电话', 'Phone'), recipient.phone],
            [say('地区', 'Region'), region],
            [say('详细地址', 'Address'), recipient.detail],
          ],
        )}
        <h2>${say('商品', 'Goods')}</h2>
        ${table(
          [say('编码', 'Code'), say('名称', 'Name'), say('数量', 'Quantity'), say('小计（元）', 'Total (yuan)')],
          view.lines.map((line) => [line.productCode, line.productName, line.quantity, formatYuan(line.totalFen)]),
        )}
        <h2>${say('包裹与 SN 码', 'Parcels and serial numbers')}</h2>
        ${
          view.parcels.length === 0
            ? say('暂无包裹信息', 'Nothing is known of parcels')
            : table(
                [
                  say('承运商', 'Carrier'),
                  say('运单号', 'Tracking number'),
                  say('发货单号', 'Delivery record'),
                  say('SN 码', 'Serial number'),
                ],
                view.parcels.map(({ logisticsCompany, logisticsNo, deliveryRecordCode, snCode }) =>
                  [logisticsCompany, logisticsNo, deliveryRecordCode, snCode].map((text) => text || '—'),
                ),
              )
        }
        <h2>${say('配送安装照片', 'Photos of delivery and installation')}</h2>
        ${
          photos.length === 0
            ? say('暂无照片', 'There are no photos')
            : table(
                ['#', say('链接', 'Address'), say('文件', 'File')],
                photos.map(({ number, address, file, missing }) => [
                  number,
                  address,
                  file ?? (missing ? words(missing) : '—'),
                ]),
              )
        }
        <p>${say('资料生成时间（北京时间）', 'Made (Beijing time)')}: ${shanghaiMinute(at)}</p>
      </body>
    </html>`;
  return String(page);
}

/** A table with a head; without one, the first cell of each row is its heading. */
function table(head: readonly string[], rows: readonly Row[]) {
  const headed = head.length > 0;
  return html`<table>
    ${
      headed &&
      html`<tr>
        ${head.map((name) => html`<th>${name}</th>`)}
      </tr>`
    }
    ${rows.map(
      (row) =>
        html`<tr>
          ${row.map((cell, index) => (headed || index > 0 ? html`<td>${cell}</td>` : html`<th>${cell}</th>`))}
        </tr>`,
    )}
  </table>`;
}

const numbersOf = ({ parcels, numbered }: Evidence, say: (zh: string, en: string) => string): string =>
  parcels === 0
    ? say('暂无包裹信息', 'Nothing is known of parcels')
    : say(`${parcels} 个包裹中 ${numbered} 个有 SN 码`, `${numbered} of ${parcels} parcels have one`);

const minuteOf = (at: string | null): string => (at === null ? '—' : shanghaiMinute(new Date(at)));

const PARTS: Readonly<Record<Evidence['missing'][number], Text>> = {
  serial_numbers: { zh: 'SN 码', en: 'serial numbers' },
  photos: { zh: '配送安装照片', en: 'photos' },
  invoice: { zh: '发票', en: 'invoice' },
};
