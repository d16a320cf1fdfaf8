import { type Outbound, openOutbound } from '@orderbridge/service-kit/outbound-http';
import type { Text } from '../text.ts';

/** A photo as its host gave it, with the ending that its file gets; or why there is none. */
export type Photo = { readonly bytes: Uint8Array; readonly ending: string } | { readonly missing: Text };

export type FetchPhoto = (address: string) => Promise<Photo>;

/** The largest photo that is taken. */
const PHOTO_MAX_BYTES = 10 * 1024 * 1024;
/** To the answer's head, and between two parts of it. */
const TIMEOUT_MS = 10_000;

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
]);

type PhotoHosts = {
  /** Hosts that photos are fetched from; none are, when it is empty. */
  readonly photoHosts: readonly string[];
  readonly plainHttpHosts: readonly string[];
  readonly privateHosts: readonly string[];
};

/**
 * Fetches photos from the hosts that somebody allowed, and from no other: their addresses are what another system wrote.
 */
export function photoFetcher({ photoHosts, plainHttpHosts, privateHosts }: PhotoHosts): {
  readonly fetchPhoto: FetchPhoto;
  readonly close: () => Promise<void>;
} {
  const allowed = new Set(photoHosts);
  const outbound = openOutbound({
    timeoutMs: TIMEOUT_MS,
    hosts: photoHosts,
    // What payments may reach, photos may not by that alone.
    plainHttpHosts: plainHttpHosts.filter((host) => allowed.has(host)),
    privateHosts: privateHosts.filter((host) => allowed.has(host)),
    answerMaxBytes: PHOTO_MAX_BYTES,
  });
  return {
    fetchPhoto: async (address) => {
      const host = URL.parse(address)?.hostname;
      return host !== undefined && allowed.has(host) ? fetchFrom(outbound, address) : { missing: NOT_ALLOWED };
    },
    close: () => outbound.close(),
  };
}

async function fetchFrom(outbound: Outbound, url: string): Promise<Photo> {
  const answer = await outbound.stream({ method: 'GET', url, headers: { accept: 'image/*' } });
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
