import { type Outbound, openOutbound } from '@orderbridge/service-kit/outbound-http';
import type { Text } from '../text.ts';

/** A photo as its host gave it, with the ending that its file gets; or why there is none. */
export type Photo = { readonly bytes: Uint8Array; readonly ending: string } | { readonly missing: Text };

/** Never throws; `signal` gives the photo up. */
export type FetchPhoto = (address: string, signal?: AbortSignal) => Promise<Photo>;

/** The largest photo that is taken. */
const PHOTO_MAX_BYTES = 10 * 1024 * 1024;
/** From looking up its host to its last byte. */
const DEADLINE_MS = 10_000;

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
]);

type PhotoHosts = {
  /** Hosts that photos are fetched from, with a port where it is not the scheme's; none are, when it is empty. */
  readonly photoHosts: readonly string[];
  readonly plainHttpHosts: readonly string[];
  readonly privateHosts: readonly string[];
  /** Instead of ten seconds, for the whole of one photo. */
  readonly deadlineMs?: number;
};

const PHOTO_HOST = /^(?<name>\[[\d:a-f.]+\]|[^\s:/?#@[\]]+)(?::(?<port>\d{1,5}))?$/i;

/** Whether it can stand in the list of hosts: a name or an address, with or without a port. */
export const isPhotoHost = (host: string): boolean => PHOTO_HOST.test(host) && URL.canParse(`https://${host}`);

/**
 * Fetches photos from the hosts that somebody allowed, and from no other: their addresses are what another system wrote.
 */
export function photoFetcher({ photoHosts, plainHttpHosts, privateHosts, deadlineMs = DEADLINE_MS }: PhotoHosts): {
  readonly fetchPhoto: FetchPhoto;
  readonly close: () => Promise<void>;
} {
  const allowed = new Set(photoHosts.map((host) => host.toLowerCase()));
  const names = new Set(Array.from(allowed, (host) => PHOTO_HOST.exec(host)!.groups!['name']!.replace(/^\[|\]$/g, '')));
  const outbound = openOutbound({
    timeoutMs: deadlineMs,
    hosts: [...names],
    // What payments may reach, photos may not by that alone.
    plainHttpHosts: plainHttpHosts.filter((host) => names.has(host)),
    privateHosts: privateHosts.filter((host) => names.has(host)),
    answerMaxBytes: PHOTO_MAX_BYTES,
  });
  const isAllowed = ({ host, hostname, port, protocol }: URL) =>
    // An address does not name the port that its scheme has anyway; a setting may.
    allowed.has(host) || (port === '' && allowed.has(`${hostname}:${protocol === 'http:' ? 80 : 443}`));
  return {
    fetchPhoto: async (address, signal) => {
      const url = URL.parse(address);
      if (!url || !isAllowed(url)) return { missing: NOT_ALLOWED };
      const deadline = AbortSignal.timeout(deadlineMs);
      const photo = await fetchFrom(outbound, address, signal ? AbortSignal.any([deadline, signal]) : deadline);
      return 'missing' in photo && deadline.aborted && !signal?.aborted ? failed('timeout') : photo;
    },
    close: () => outbound.close(),
  };
}

async function fetchFrom(outbound: Outbound, url: string, signal: AbortSignal): Promise<Photo> {
  const answer = await outbound.stream({ method: 'GET', url, headers: { accept: 'image/*' }, signal });
  if (answer.outcome !== 'answered') return failed(answer.reason);
  const ending = ENDINGS.get(answer.header('content-type')?.split(';')[0]!.trim().toLowerCase() ?? '');
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of answer.body) {
      // Whoever stops reading ends the call.
      if (answer.status !== 200 || ending === undefined) break;
      chunks.push(chunk);
    }
    if (answer.status !== 200) return failed(`HTTP ${answer.status}`);
    return ending === undefined ? { missing: NO_PHOTO } : { bytes: Buffer.concat(chunks), ending };
  } catch (error) {
    return failed((error as Error).message);
  }
}

const NOT_ALLOWED: Text = {
  zh: '该站点不在允许下载的名单中，请按链接查看',
  en: 'Its host is on no list of those that photos are fetched from; follow the link',
};
const NO_PHOTO: Text = { zh: '链接的内容不是图片', en: 'What lies there is no picture' };
const failed = (reason: string): Photo => ({
  missing: { zh: `下载失败（${reason}）`, en: `It could not be fetched (${reason})` },
});
