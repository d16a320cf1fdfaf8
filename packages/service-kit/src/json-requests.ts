const BODY_MAX_BYTES = 256 * 1024;
const URL_MAX_CHARACTERS = 16 * 1024;

/** A request that no page of ours would send: another site's, a form's, or one built to cost work. */
export class UnfitRequest extends Error {
  override readonly name = 'UnfitRequest';
  readonly status: 403 | 413 | 414 | 415;
  readonly messageEn: string;

  constructor(status: UnfitRequest['status']) {
    const [message, messageEn] = TEXTS[status];
    super(message);
    this.status = status;
    this.messageEn = messageEn;
  }
}

const TEXTS = {
  403: ['不接受其他网站发来的请求，请在本系统页面操作', 'Requests from other sites are not taken; use our own pages'],
  413: ['请求内容过大，请减少后重试', 'The request body is too large; send less'],
  414: ['请求地址过长，请减少查询条件后重试', 'The address is too long; ask for less'],
  415: ['请求格式不支持，请发送 application/json', 'The content type is not taken; send application/json'],
} as const;

/**
 * The request with its body read, for an API that speaks JSON to its own pages and to programs.
 * @throws UnfitRequest when its address or body is too long, its type is not JSON or it comes from another site
 */
export async function fitJsonRequest(request: Request): Promise<Request> {
  if (request.url.length > URL_MAX_CHARACTERS) throw new UnfitRequest(414);
  if (request.method === 'POST') {
    if (isFromElsewhere(request)) throw new UnfitRequest(403);
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? 'application/json'))
      throw new UnfitRequest(415);
  }
  if (!request.body) return request;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > BODY_MAX_BYTES) throw new UnfitRequest(413);
    chunks.push(chunk);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: Buffer.concat(chunks),
    signal: request.signal,
  });
}

// Browsers name the site only to addresses that they trust (https, localhost); else the origin tells. Programs send neither.
function isFromElsewhere({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  const origin = headers.get('origin');
  if (origin === null) return false;
  // Behind a proxy the page's host is the forwarded one; a page cannot send that header to another site.
  const ours = [new URL(url).host, ...(headers.get('x-forwarded-host') ?? '').split(',').map((host) => host.trim())];
  return !ours.includes(URL.parse(origin)?.host ?? '-');
}
