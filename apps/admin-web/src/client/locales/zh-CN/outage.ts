import type { Outage } from '../../outage/judge-outage.ts';

export const outage = {
  network: '连不上服务器：网络已断开，或管理后台没有应答',
  orders: '订单服务没有应答',
  gateway: '现在收不到回调：回调网关不可用',
  integrations: '对接服务没有应答',
  partial: '{{service}}有部分不正常',
  effectPartial: '部分内容可能不是最新的，部分操作可能失败，请留意页面上的提示。',
  gatewayKeeps: '网关照常接收并保存回调，恢复后自动处理。',
  asOf: '页面数据截至 {{time}}（UTC+8）。',
  asOfGateway: '最近一次确认能收回调：{{time}}（UTC+8）。',
  asOfIntegrations: '对接服务的数据截至 {{time}}（UTC+8）。',
  recovers: '恢复后页面会自动更新，无需刷新。',
  toHealth: '查看系统健康',
  moreOnceSignedIn: '订单服务应答之前无法确认登录，这里只显示各服务是否应答。恢复后会自动打开完整页面。',
} as const;

/** What works all the same, and what does not. */
export const outageEffect = {
  network: '已打开的内容仍可查看；新内容取不到，操作也提交不了。',
  orders: '已打开的内容仍可查看；新内容取不到，操作也提交不了。',
  gateway: '页面和操作照常可用。海尔和支付渠道的新消息暂时到不了，渠道会按自己的规则重发。',
  integrations:
    '订单、支付、退款、回调和异常照常可用。推送、取消、同步、对账和海尔数据暂停；任务已保存，恢复后自动继续。',
} satisfies Record<Outage['cause'], string>;

/** What else is not well. */
export const outageAlso = {
  gateway: '现在也收不到回调，渠道会重发。',
  integrations: '对接服务也不正常，推送、取消和同步暂停。',
} satisfies Record<Outage['also'][number], string>;
