import type { SignatureVariant } from '@orderbridge/contracts/signature-report';

/** A sentence for staff in both languages. */
export type Text = { readonly zh: string; readonly en: string };

/** What was found, when a known mistake explains the signature. */
export const VARIANT_WORDS: Readonly<Record<SignatureVariant, Text>> = {
  digits_case: {
    zh: '十六进制字母的大小写不对，其余完全吻合。',
    en: 'Its hex digits are written in the other case of letters; all else fits.',
  },
  signature_blanks: {
    zh: '签名本身多了空格或换行，或其中的 + 没有转义而变成了空格。',
    en: 'The signature itself has blanks or a line end, or a + of it was not escaped and became a blank.',
  },
  plus_literal: {
    zh: '发送方按字面的 + 签名，却没有把它转义成 %2B；表单里的 + 表示空格。',
    en: 'The sender signed a + as it stands but did not escape it as %2B; in a form a + is a blank.',
  },
  plus_blank: {
    zh: '发送方把值里的 + 当作空格来签名，实际发送的却是加号。',
    en: 'The sender signed a blank where the value holds a plus sign.',
  },
  escaped_values: {
    zh: '发送方对 URL 编码后的值签名；应对解码后的值签名。',
    en: 'The sender signed the escaped values; the decoded ones are to be signed.',
  },
  values_trimmed: {
    zh: '发送方签名时去掉了值两端的空白，发送时却保留了。',
    en: 'The sender trimmed the values for signing but sent them with their blanks.',
  },
  blank_or_newline_added: {
    zh: '发送方签名的某个值末尾多一个空格或换行，发送时却没有。',
    en: 'The sender signed a value with a blank or line end after it, which was not sent.',
  },
  blank_fields_signed: {
    zh: '空值字段也参与了签名；空值应当跳过。',
    en: 'Empty fields were signed too; they are to be left out.',
  },
  blank_fields_left_out: {
    zh: '空值字段没有参与签名；它们应当参与。',
    en: 'Empty fields were left out of the signature; they belong to it.',
  },
  field_left_out: {
    zh: '有一个字段没有参与签名，可能是途中添加的，或发送方漏签。',
    en: 'One field is not covered by the signature: it was added on the way, or the sender forgot it.',
  },
  time_format: {
    zh: '发送方按另一个时区或格式的时间签名。',
    en: 'The sender signed the time in another zone or format.',
  },
  key_case: {
    zh: '签名字段名的大小写不对，因此没有被识别为签名。',
    en: 'The name of the signature field is in another case, so it was not taken for the signature.',
  },
  order_of_fields: {
    zh: '参数排序方式不同；应按名称的字典序排列。',
    en: 'The fields were sorted otherwise; they are to be in the order of their names, letter by letter.',
  },
  other_separators: {
    zh: '字段之间的连接符不同。',
    en: 'The fields were joined with other separators.',
  },
  letters_not_lowered: {
    zh: '签名前没有把整个字符串转为小写。',
    en: 'The text was not folded to lower case before it was signed.',
  },
  json_rewritten: {
    zh: '签名的 JSON 与发送的 JSON 写法不同（空格、键的顺序或转义），途中被重新序列化。',
    en: 'The JSON was written otherwise for signing than for sending (blanks, order of keys, escapes).',
  },
  number_rewritten: {
    zh: '金额等数字在签名和发送时写法不同（例如 2999 与 2999.00）。',
    en: 'A number was written otherwise for signing than for sending, such as 2999 and 2999.00.',
  },
  sign_type_signed: {
    zh: 'sign_type 参与了签名；异步通知的签名不包含 sign_type。',
    en: 'sign_type was signed too; the signature of a notification leaves it out.',
  },
  whole_body_signed: {
    zh: '发送方直接对整个请求体签名，而不是对约定的字符串签名。',
    en: 'The sender signed the whole body and not the text that was agreed.',
  },
  secret_once: {
    zh: '密钥只拼接在一端；应在首尾两端各拼接一次。',
    en: 'The secret stands at one end only; it belongs to both.',
  },
  secret_blanks: {
    zh: '发送方的密钥前后多了空格或换行（复制时带入）。',
    en: 'The sender’s secret has a blank or line end around it, copied along with it.',
  },
  previous_secret: {
    zh: '签名用的是上一个密钥，轮换期内仍然有效。',
    en: 'It was made with the previous secret, which is valid while the rotation lasts.',
  },
  other_secret: {
    zh: '签名用的是别的密钥（例如另一来源的密钥，或把 AppKey 当成了密钥）。',
    en: 'It was made with a secret of something else, such as another sender’s, or with the AppKey in its place.',
  },
  other_hash: {
    zh: '签名算法不同（例如 MD5、SHA1 或 Base64 编码）。',
    en: 'It was made by another algorithm, such as MD5, SHA1 or base64 digits.',
  },
  timestamp_unit: {
    zh: '签名的时间戳单位或数值与请求头不同（例如毫秒与秒）。',
    en: 'The time that was signed differs from the header, such as milliseconds and seconds.',
  },
  no_last_newline: {
    zh: '签名串末尾的换行不对：最后一行之后应恰好有一个换行。',
    en: 'The line end after the last line is wrong: there has to be exactly one.',
  },
  body_newline: {
    zh: '请求体首尾或行末的换行在途中改变了；必须按原始字节验签。',
    en: 'Line ends or blanks around the body changed on the way; its bytes are signed as they are.',
  },
  request_text: {
    zh: '签名按“请求”的格式生成（含方法和路径）；回调只签时间戳、随机串和请求体。',
    en: 'It was signed like a request, with method and path; a callback signs time, nonce and body only.',
  },
  other_serial: {
    zh: '签名正确，但请求头的序列号指向另一个公钥。',
    en: 'The signature is right, but the serial in the header names another key.',
  },
};

/** What is concluded without a known mistake. */
export const CONCLUSIONS = {
  current: { zh: '签名正确，由当前密钥生成。', en: 'The signature is right, made with the current secret.' },
  previous: {
    zh: '签名正确，由上一个密钥生成；轮换结束后将不再接受。',
    en: 'The signature is right, made with the previous secret; it is refused once the rotation is over.',
  },
  unreadable: {
    zh: '请求体或签名信息无法解读（格式、编码或 Content-Type 不符，或有重复字段），因此没有可签名的字符串。',
    en: 'The body or what signs it cannot be read (form, encoding, Content-Type or a repeated field), so there is no text to sign.',
  },
  noSignature: { zh: '请求没有带签名。', en: 'The request carries no signature.' },
  truncated: {
    zh: '这条被拒绝的请求只保留了前 4 KiB，无法重新计算签名。',
    en: 'Only the first 4 KiB of this refused request were kept, so its signature cannot be computed again.',
  },
  nothingFound: {
    zh: '不符合任何已知的错误：很可能使用了另一个密钥，或请求体在签名之后被改动。请与发送方核对密钥和下面的签名串。',
    en: 'No known mistake explains it: most likely another secret was used, or the body was changed after signing. Compare the secret and the text below with the sender.',
  },
  notExplained: {
    zh: '该来源没有签名规则可供比对。',
    en: 'There is no signature rule for this provider.',
  },
} as const satisfies Record<string, Text>;

/** What stands against a callback besides its signature. */
export const REMARKS = {
  secretUnset: {
    zh: '网关没有配置密钥，所有回调都会被拒绝。',
    en: 'The gateway has no secret configured and refuses every callback.',
  },
  keyUnset: { zh: '网关没有配置该来源的公钥。', en: 'The gateway has no public key of this provider configured.' },
  unknownAppKey: { zh: 'AppKey 与网关配置的不同。', en: 'The AppKey is not the one that the gateway has.' },
  twoSignatures: {
    zh: '同时带了 sign 和 signature，只能有一个。',
    en: 'It carries both sign and signature; only one may be there.',
  },
  signType: { zh: 'sign_type 不是 RSA2。', en: 'Its sign_type is not RSA2.' },
  charset: { zh: 'charset 不是 utf-8。', en: 'Its charset is not utf-8.' },
  noHeaders: { zh: '没有保留签名请求头。', en: 'The headers that sign it were not kept.' },
  probe: {
    zh: '这是微信支付的验签探测流量，拒绝它是正确的。',
    en: 'This is a probe of WeChat Pay whether we verify; refusing it is right.',
  },
  unknownSerial: {
    zh: '请求头中的证书序列号或公钥 ID 没有配置。',
    en: 'The certificate serial or key id in the header is not configured.',
  },
  timestampForm: { zh: '时间戳应为 10 位秒数。', en: 'The timestamp has to be ten digits of seconds.' },
  stale: (offSeconds: number): Text => ({
    zh: `签名时间与收到时间相差 ${Math.abs(offSeconds)} 秒，超出五分钟窗口。`,
    en: `The signed time is ${Math.abs(offSeconds)} seconds away from the receipt, beyond the window of five minutes.`,
  }),
  headersMissing: (names: string): Text => ({ zh: `缺少请求头 ${names}。`, en: `Headers are missing: ${names}.` }),
} as const;
