import { createDecipheriv } from 'node:crypto';
import { type UnreadableNotice, readOutTradeNo } from '@orderbridge/contracts/payment-callback';
import {
  isWechatRefund,
  readWechatRefund,
  readWechatTransaction,
  WechatNotification,
  WechatRefund,
  type WechatResource,
  WechatTransaction,
} from '@orderbridge/contracts/wechat-pay';
import type { WechatAccount } from './callback-keys.ts';
import type { MoneyReading } from './read-callback.ts';

/**
 * Opens a verified WeChat notification and reads it: whose it is first, then what it says (domain.md §2.6). Without an
 * account, or sealed with another key, it cannot be read and waits for the right settings.
 */
export function readWechatCallback(body: string, account: WechatAccount | undefined): MoneyReading {
  const notification = WechatNotification.safeParse(parseJson(body)).data;
  const kind = notification && isWechatRefund(notification.event_type) ? 'refund' : 'payment';
  const opened = notification && account && openResource(notification.resource, account.apiV3Key);
  if (kind === 'refund') {
    const refund = WechatRefund.safeParse(opened).data;
    if (!refund || !account) return { kind, meaning: UNDECRYPTABLE };
    return { kind, meaning: whyNotOurs(refund, account) ?? readWechatRefund(refund) };
  }
  const transaction = WechatTransaction.safeParse(opened).data;
  if (!transaction || !account) return { kind, meaning: UNDECRYPTABLE };
  const meaning = whyNotOurs(transaction, account) ?? whyNotOurApp(transaction, account);
  return { kind, meaning: meaning ?? readWechatTransaction(transaction) };
}

const UNDECRYPTABLE: UnreadableNotice = { ok: false, orderNumber: undefined, problem: 'undecryptable' };

const TAG_BYTES = 16;

/** The JSON that was sealed with AES-256-GCM; undefined when the key, the additional data or one bit is another. */
export function openResource({ ciphertext, nonce, associated_data }: WechatResource, apiV3Key: string): unknown {
  const sealed = Buffer.from(ciphertext, 'base64');
  if (sealed.length <= TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', apiV3Key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(associated_data)).setAuthTag(sealed.subarray(-TAG_BYTES));
    const opened = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    return parseJson(opened.toString('utf8'));
  } catch {
    return undefined;
  }
}

const whyNotOurs = (
  { mchid, out_trade_no: outTradeNo }: { mchid?: string | undefined; out_trade_no?: string | undefined },
  account: WechatAccount,
): UnreadableNotice | undefined =>
  mchid === account.mchid ? undefined : { ok: false, orderNumber: orderIn(outTradeNo), problem: 'merchant_mismatch' };

const whyNotOurApp = ({ appid, out_trade_no: outTradeNo }: WechatTransaction, account: WechatAccount) =>
  appid === account.appId
    ? undefined
    : ({ ok: false, orderNumber: orderIn(outTradeNo), problem: 'app_mismatch' } satisfies UnreadableNotice);

// Kept and shown, so only what a number of ours can look like.
const orderIn = (outTradeNo = ''): string | undefined =>
  /^[\w-]{1,100}$/.test(outTradeNo) ? readOutTradeNo(outTradeNo).orderNumber : undefined;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
