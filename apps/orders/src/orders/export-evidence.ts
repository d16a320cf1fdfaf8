import type { EvidenceExport } from '@orderbridge/contracts/exports-api';
import { Refused } from '../errors.ts';
import { type Column, csvOf } from '../exports/csv.ts';
import { recordExport, type ExportContext } from '../exports/record-export.ts';
import { type ZipEntry, zipOf } from '../exports/zip.ts';
import type { Text } from '../text.ts';
import { evidenceSummary, type FiledPhoto, type Recipient } from './evidence-summary.ts';
import type { FetchPhoto, Photo } from './fetch-photo.ts';
import { orderNotFound } from './get-order.ts';
import { orderView } from './order-view.ts';
import { Order } from './order.entity.ts';

type EvidenceContext = ExportContext & {
  readonly fetchPhoto: FetchPhoto;
  /** Its reader went away, or may read no more: nothing is fetched for them any longer. */
  readonly signal: AbortSignal;
};

/** All photos of one pack together: a browser holds the file before it saves it. */
const PHOTOS_MAX_BYTES = 100 * 1024 * 1024;
const PHOTOS_MAX = 100;
/** Each may be of ten megabytes, and waits here until its turn to be read. */
const AT_ONCE = 4;
/** How long one pack waits for hosts; what its reader takes to read it is no part of it. */
const PACK_WAIT_MS = 60_000;

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
  const view = await orderView(em, order, { now: at, by: context.by, permissions: [] });
  const { evidence } = view;
  if (!evidence) throw new Refused('REFUSED', NO_PROOF.zh, NO_PROOF.en);

  const audit = recordExport(context, { resourceType: 'order', resourceId: orderNumber, purpose: reveal });
  await audit.begin();

  const photos: FiledPhoto[] = [];
  let complete = false;
  async function* entries(): AsyncGenerator<ZipEntry> {
    const filed = filePhotos(view.deliveryImages, context);
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
    await audit.end({ what: 'evidence', images: fetched, missing: evidence.missing, complete });
  }
}

/** Each photo in its order, with the file it became; the next ones are fetched meanwhile. */
async function* filePhotos(
  addresses: readonly string[],
  { fetchPhoto, signal }: Pick<EvidenceContext, 'fetchPhoto' | 'signal'>,
): AsyncGenerator<{ photo: FiledPhoto; entry?: ZipEntry }> {
  let bytesLeft = PHOTOS_MAX_BYTES;
  let waitLeftMs = PACK_WAIT_MS;
  const ended = new AbortController();
  const giveUp = AbortSignal.any([signal, ended.signal]);
  const fetchNext = async (index: number): Promise<Photo> => {
    if (index >= PHOTOS_MAX || bytesLeft <= 0) return { missing: PACK_IS_FULL };
    return waitLeftMs > 0 ? fetchPhoto(addresses[index]!, giveUp) : { missing: TOOK_TOO_LONG };
  };
  const underWay: Promise<Photo>[] = [];
  let next = 0;
  try {
    for (const [index, address] of addresses.entries()) {
      while (underWay.length < AT_ONCE && next < addresses.length) underWay.push(fetchNext(next++));
      const since = performance.now();
      const photo = await underWay.shift()!;
      waitLeftMs -= performance.now() - since;
      signal.throwIfAborted();
      const filed = filedPhoto(index + 1, address, photo, bytesLeft);
      bytesLeft -= filed.entry?.bytes.byteLength ?? 0;
      yield filed;
    }
  } finally {
    // Those that nobody will read.
    ended.abort();
  }
}

function filedPhoto(
  number: number,
  address: string,
  photo: Photo,
  bytesLeft: number,
): { photo: FiledPhoto; entry?: ZipEntry } {
  const missing = 'missing' in photo ? photo.missing : photo.bytes.byteLength > bytesLeft ? PACK_IS_FULL : null;
  if ('missing' in photo || missing) return { photo: { number, address, file: null, missing } };
  const file = `photos/${String(number).padStart(2, '0')}.${photo.ending}`;
  return {
    photo: { number, address, file, missing: null },
    entry: { name: file, bytes: photo.bytes, isCompressed: true },
  };
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
const TOOK_TOO_LONG: Text = {
  zh: '下载照片用时过长，请按链接查看',
  en: 'Fetching the photos took too long; follow the link',
};

const PHOTO_COLUMNS: readonly Column<FiledPhoto>[] = [
  { name: { zh: '序号', en: 'Number' }, text: ({ number }) => String(number) },
  { name: { zh: '链接', en: 'Address' }, text: ({ address }) => address },
  { name: { zh: '文件', en: 'File' }, text: ({ file }) => file },
  { name: { zh: '未收录原因', en: 'Why it is not in the pack' }, text: ({ missing }, say) => missing && say(missing) },
];
