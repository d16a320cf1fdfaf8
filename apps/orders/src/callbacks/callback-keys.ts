/** What orders needs to read callbacks that the gateway verified: who we are at a provider, and what opens its seals. */
export type CallbackKeys = {
  readonly wechat?: WechatAccount | undefined;
  readonly alipay?: AlipayAccount | undefined;
};

export type WechatAccount = {
  readonly mchid: string;
  readonly appId: string;
  /** The APIv3 key, 32 bytes. */
  readonly apiV3Key: string;
};

export type AlipayAccount = { readonly appId: string; readonly sellerId: string };
