import type { EvidenceExport } from '@orderbridge/contracts/exports-api';
import { Refused } from '../errors.ts';
import { type Column, csvOf } from '../exports/csv.ts';
import type { ExportContext } from '../exports/export-rows.ts';
import { type ZipEntry, zipOf } from '../exports/zip.ts';
import type { Text } from '../text.ts';
import { transact } from '../transaction.ts';
import { evidenceSummary, type FiledPhoto, type Recipient } from './evidence-summary.ts';
import type { FetchPhoto } from './fetch-photo.ts';
import { orderNotFound } from './get-order.ts';
import { orderView } from './order-view.ts';
import { Order } from './order.entity.ts';

type EvidenceContext = ExportContext & { readonly fetchPhoto: FetchPhoto };

/** All photos of one pack together: a browser holds the file before it saves it. */
const PHOTOS_MAX_BYTES = 100 * 1024 * 1024;

/**
 * What proves the subsidy of a government order, as a ZIP archive: a summary to be read or printed, the photos that can
 * be fetched, and a list of all of them with their addresses. An order whose evidence is not complete has one too, and
 * the summary says what is missing. Name, phone and address are masked unless `reveal` names a purpose, which is in the
 * audit before the first byte; that the pack left is in it at the end.
 * @throws NotFound; Refused REFUSED for an order that needs no proof
 */
export async function* exportEvidence(
  context: EvidenceContext,
  { orderNumber, lang, reveal }: EvidenceExport,
): AsyncGenerator<Uint8Array, void, void> {
  const at = context.now();
  const em = context.orm.em.fork();
  const order = await em.findOne(Order, { orderNumber });
  if (!order) throw orderNotFound(orderNumber);
  const view = await orderView(em, order, { now: at, permissions: [] });
  const { evidence } = view;
  if (!evidence) throw new Refused('REFUSED', NO_PROOF.zh, NO_PROOF.en);

  const audit = (action: string, detail: object) =>
    transact(context, async (tx) => {
      tx.audit.push({
        at: context.now(),
        actor: context.by,
        action,
        resource_type: 'order',
        resource_id: orderNumber,
        detail: { ...(reveal !== undefined && { purpose: reveal }), ...detail },
      });
    });
  if (reveal !== undefined) await audit('personal_data_revealed', {});

  const photos: FiledPhoto[] = [];
  let complete = false;
  async function* entries(): AsyncGenerator<ZipEntry> {
    const filed = filePhotos(view.deliveryImages, context.fetchPhoto);
    for await (const { photo, entry } of filed) {
      photos.push(photo);
      if (entry) yield entry;
    }
    const list = csvOf(PHOTO_COLUMNS, lang);
    yield textFile('photos.csv', list.header() + list.rows(photos));
    const recipient = reveal === undefined ? view.address : recipientOf(order!);
    yield textFile('summary.html', await evidenceSummary({ view, evidence: evidence!, recipient, photos, at, lang }));
    complete = true;
  }
  try {
    yield* zipOf(entries(), at);
  } finally {
    const fetched = photos.filter(({ file }) => file !== null).length;
    await audit('exported', { what: 'evidence', images: fetched, missing: evidence.missing, complete });
  }
}

/** Each photo with the file it became, one held at a time. */
async function* filePhotos(
  addresses: readonly string[],
  fetchPhoto: FetchPhoto,
): AsyncGenerator<{ photo: FiledPhoto; entry?: ZipEntry }> {
  let bytesLeft = PHOTOS_MAX_BYTES;
  for (const [index, address] of addresses.entries()) {
    const number = index + 1;
    const photo = bytesLeft > 0 ? await fetchPhoto(address) : { missing: PACK_IS_FULL };
    if ('missing' in photo) {
      yield { photo: { number, address, file: null, missing: photo.missing } };
      continue;
    }
    bytesLeft -= photo.bytes.byteLength;
    const file = `photos/${String(number).padStart(2, '0')}.${photo.ending}`;
    yield {
      photo: { number, address, file, missing: null },
      entry: { name: file, bytes: photo.bytes, isCompressed: true },
    };
  }
}

const textFile = (name: string, text: string): ZipEntry => ({ name, bytes: new TextEncoder().encode(text) });

const recipientOf = ({ contactName, phone, province, city, district, town, addressDetail }: Order): Recipient => ({
  contactName,
  phone,
  province,
  city,
  district,
  town: town ?? null,
  detail: addressDetail,
});

const NO_PROOF: Text = {
  zh: '不是国补订单，没有国补资料',
  en: 'This is no government order, so there is no evidence to export',
};
const PACK_IS_FULL: Text = {
  zh: '资料包中的照片已达上限，请按链接查看',
  en: 'The pack holds as many photos as it may; follow the link',
};

const PHOTO_COLUMNS: readonly Column<FiledPhoto>[] = [
  { name: { zh: '序号', en: 'Number' }, text: ({ number }) => String(number) },
  { name: { zh: '链接', en: 'Address' }, text: ({ address }) => address },
  { name: { zh: '文件', en: 'File' }, text: ({ file }) => file },
  { name: { zh: '未收录原因', en: 'Why it is not in the pack' }, text: ({ missing }, say) => missing && say(missing) },
];
