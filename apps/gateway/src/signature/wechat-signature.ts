import { constants, type KeyObject, verify as verifySignature } from 'node:crypto';
import {
  WECHAT_HEADERS,
  WECHAT_PROBE,
  WECHAT_WINDOW_SECONDS,
  wechatRequestText,
  wechatSigningText,
} from '@orderbridge/contracts/wechat-pay';
import { readBase64 } from '../providers/read-base64.ts';
import type { WechatKeys } from '../providers/wechat.ts';
import type { Attempt, ExplainProvider } from './signature-report.ts';
import { REMARKS } from './signature-words.ts';

/** Explains the signature that WeChat Pay puts into headers, over time, nonce and the body's bytes. */
export function wechatSignature({ keys }: WechatKeys): ExplainProvider {
  return (request) => {
    const { body, receivedAt, signatureHeaders, path } = request;
    const header = (name: string) => signatureHeaders?.[name] ?? '';
    const timestamp = header(WECHAT_HEADERS.timestamp);
    const nonce = header(WECHAT_HEADERS.nonce);
    const serial = header(WECHAT_HEADERS.serial).toLowerCase();
    const given = signatureHeaders?.[WECHAT_HEADERS.signature];
    const exact = readBase64(given ?? '');
    const bytes = exact ?? readBase64((given ?? '').trim().replaceAll(' ', '+'));
    const named = keys.findIndex((key) => key.serial.toLowerCase() === serial);
    const isSigned = (text: string, under: KeyObject, algorithm = 'sha256') =>
      bytes !== undefined &&
      verifySignature(algorithm, Buffer.from(text), { key: under, padding: constants.RSA_PKCS1_PADDING }, bytes);
    const textOf = (change: Partial<Parameters<typeof wechatSigningText>[0]> = {}) =>
      wechatSigningText({ timestamp, nonce, body, ...change });
    const anyOf = (texts: readonly string[], tried = keys) =>
      tried.some(({ key }) => texts.some((text) => isSigned(text, key)));
    const isRight = named >= 0 && exact !== undefined && isSigned(textOf(), keys[named]!.key);
    const offSeconds = Math.floor(receivedAt.getTime() / 1_000) - Number(timestamp);

    return {
      algorithm: 'RSA PKCS#1 v1.5 · SHA-256 · base64 · Wechatpay-Signature',
      canonical: signatureHeaders === null ? undefined : textOf(),
      given,
      signedWith: !isRight ? undefined : named === 0 ? 'current' : 'previous',
      attempts: attempts(),
      remarks: remarks(),
    };

    function attempts(): Attempt[] {
      const ofSerial = named >= 0 ? [keys[named]!] : [];
      const agreed = anyOf([textOf()], ofSerial);
      const try_ = (texts: () => readonly string[]) => () => !agreed && anyOf(texts());
      return [
        ['signature_blanks', () => exact === undefined && agreed],
        ['other_serial', () => !agreed && anyOf([textOf()])],
        ['no_last_newline', try_(() => [textOf().slice(0, -1), `${textOf()}\n`])],
        ['body_newline', try_(() => bodies(body).map((other) => textOf({ body: other })))],
        ['json_rewritten', try_(() => rewritten(body).map((other) => textOf({ body: other })))],
        ['timestamp_unit', try_(() => timestamps(timestamp, receivedAt).map((other) => textOf({ timestamp: other })))],
        [
          'order_of_fields',
          try_(() =>
            [
              [nonce, timestamp, body],
              [timestamp, body, nonce],
              [body, timestamp, nonce],
            ].map((parts) => `${parts.join('\n')}\n`),
          ),
        ],
        [
          'other_separators',
          try_(() =>
            ['', '&', '\r\n'].flatMap((between) => [
              [timestamp, nonce, body].join(between),
              `${[timestamp, nonce, body].join(between)}${between}`,
            ]),
          ),
        ],
        ['field_left_out', try_(() => [`${timestamp}\n${body}\n`, `${nonce}\n${body}\n`])],
        ['whole_body_signed', try_(() => [body, `${body}\n`])],
        [
          'request_text',
          try_(() => [wechatRequestText({ method: 'POST', pathAndQuery: path, timestamp, nonce, body })]),
        ],
        ['other_hash', () => ofSerial.some(({ key }) => isSigned(textOf(), key, 'sha1'))],
      ];
    }

    function remarks() {
      if (signatureHeaders === null) return [REMARKS.noHeaders];
      const left = Object.values(WECHAT_HEADERS).filter((name) => header(name) === '');
      return [
        ...(keys.length === 0 ? [REMARKS.keyUnset] : []),
        ...(left.length > 0 ? [REMARKS.headersMissing(left.join(', '))] : []),
        ...(given?.startsWith(WECHAT_PROBE) ? [REMARKS.probe] : []),
        ...(keys.length > 0 && serial !== '' && named < 0 ? [REMARKS.unknownSerial] : []),
        ...(timestamp !== '' && !/^\d{10}$/.test(timestamp) ? [REMARKS.timestampForm] : []),
        ...(/^\d{10}$/.test(timestamp) && Math.abs(offSeconds) > WECHAT_WINDOW_SECONDS
          ? [REMARKS.stale(offSeconds)]
          : []),
      ];
    }
  };
}

const bodies = (body: string): string[] =>
  [
    `${body}\n`,
    `${body}\r\n`,
    body.trim(),
    body.replaceAll('\r\n', '\n'),
    body.replaceAll(/(?<!\r)\n/g, '\r\n'),
    `\ufeff${body}`,
  ].filter((other) => other !== body);

/** The same JSON as somebody in between may have written it anew. */
function rewritten(body: string): string[] {
  try {
    const read: unknown = JSON.parse(body);
    const dense = JSON.stringify(read);
    return [
      dense,
      dense.replaceAll('/', String.raw`\/`),
      JSON.stringify(read, undefined, 2),
      JSON.stringify(read, undefined, 4),
    ].filter((other) => other !== body);
  } catch {
    return [];
  }
}

/** Seconds for milliseconds and the other way round, and the second of the receipt. */
const timestamps = (timestamp: string, receivedAt: Date): string[] =>
  [timestamp.slice(0, 10), `${timestamp}000`, String(Math.floor(receivedAt.getTime() / 1_000))].filter(
    (other) => other !== timestamp,
  );
