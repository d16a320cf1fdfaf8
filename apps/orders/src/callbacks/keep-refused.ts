import type { MikroORM } from '@mikro-orm/postgresql';
import type { RefusedCallback } from '@orderbridge/contracts/callback-envelope';
import type { Text } from '../text.ts';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { INBOX_COLUMNS, type InboxRow } from './inbox-row.ts';

/** How many refused requests are kept; the oldest go first. */
const KEPT = 10_000;

/** Keeps samples of refused requests for the signature debugger; they are never applied (R61). */
export async function keepRefused(orm: MikroORM, samples: readonly RefusedCallback[]): Promise<void> {
  const em = orm.em.fork();
  const rows = samples.map((sample): InboxRow => {
    const detail = refusalText(sample.reason);
    return {
      public_id: sample.id,
      provider: sample.provider,
      transport_key: `refused:${sample.id}`,
      semantic_key: null,
      outcome: 'refused',
      detail: detail.zh,
      detail_en: detail.en,
      method: null,
      platform_order_no: null,
      // Whatever it names, nobody vouches for it.
      transaction_id: null,
      order_id: null,
      answer: null,
      topic: null,
      problem: null,
      secret: 'none',
      source: sample.source,
      path: sample.path,
      content_type: sample.contentType,
      // A refused body may be anything; PostgreSQL takes no NUL in text.
      body: Buffer.from(sample.bodyBase64, 'base64').toString('utf8').replaceAll('\u0000', '\u2400'),
      signature_headers: sample.signatureHeaders ?? null,
      late: false,
      received_at: sample.receivedAt,
      decided_at: sample.receivedAt,
    };
  });
  const known = await em.execute<{ public_id: string }[]>(`select public_id from callbacks where public_id in (?)`, [
    rows.map((row) => row.public_id),
  ]);
  const fresh = rows.filter((row) => !known.some(({ public_id }) => public_id === row.public_id));
  if (fresh.length > 0) await insertRows(em, 'callbacks', INBOX_COLUMNS, fresh);
}

const refusalText = (reason: string): Text => {
  const known = REFUSALS.get(reason);
  return { zh: `拒绝：${known?.zh ?? reason}`, en: `Refused: ${known?.en ?? reason}` };
};

// Why the gateway refuses (its RefusalReason). A reason of a newer gateway is shown by its code.
const REFUSALS: ReadonlyMap<string, Text> = new Map(
  Object.entries({
    secret_unset: { zh: '未配置签名密钥', en: 'no signing secret is configured' },
    unknown_app_key: { zh: '未知的 AppKey', en: 'unknown AppKey' },
    unknown_serial: {
      zh: '签名所用的证书序列号或公钥 ID 未配置',
      en: 'signed under a key serial that is not configured',
    },
    stale_timestamp: {
      zh: '签名时间缺失或超出五分钟窗口',
      en: 'the signed time is missing or more than five minutes off',
    },
    bad_signature: { zh: '签名不正确', en: 'the signature is wrong' },
    method_not_allowed: { zh: '不支持的请求方法', en: 'the HTTP method is not allowed' },
    address_not_allowed: { zh: '来源地址不允许', en: 'the source address is not allowed' },
    body_too_large: { zh: '请求体过大', en: 'the request body is too large' },
    body_too_slow: { zh: '请求体发送过慢', en: 'the request body arrived too slowly' },
    body_aborted: { zh: '请求体未发送完整', en: 'the request body broke off' },
    no_form: { zh: '请求体既不是表单也不是 JSON 对象', en: 'the request body is neither a form nor a JSON object' },
    empty_body: { zh: '请求体为空', en: 'the request body is empty' },
    too_many_failures: { zh: '签名失败次数过多', en: 'too many failed verifications' },
    unsupported_provider: { zh: '不支持的回调来源', en: 'the provider is not supported' },
    provider_disabled: { zh: '该回调来源未启用', en: 'the provider is disabled' },
    too_many_waiting: { zh: '等待处理的请求过多', en: 'too many requests are waiting' },
    cannot_keep: { zh: '暂时无法留存回调', en: 'the callback could not be kept at the moment' },
    unknown_path: { zh: '地址不存在', en: 'there is no such path' },
    unreadable_request: { zh: '请求无法解析', en: 'the request cannot be read' },
  }),
);

/** Removes refused samples beyond the newest 10,000. Answers how many went. */
export async function pruneRefused(orm: MikroORM): Promise<number> {
  const gone = await orm.em.fork().execute<{ id: string }[]>(
    `delete from callbacks where outcome = 'refused'
        and id < (select min(id) from (select id from callbacks where outcome = 'refused' order by id desc limit ${KEPT}) newest) returning id`,
  );
  return gone.length;
}
