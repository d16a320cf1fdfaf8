import type { SeenService } from '@orderbridge/contracts/health-api';

export const health = {
  title: '系统健康',
  asOf: '截至',
  since: '自 {{since}} 起',
  noAnswer: '管理端服务器没有回应，无法查看其他服务。',
  notAllowed: '没有权限查看系统健康。',
  limited: '订单服务没有应答，无法确认登录状态，因此只显示各服务是否应答。',
  answersIn: '应答时间',
  milliseconds: '{{ms}} 毫秒',
  parts: '依赖',
  partFine: '正常，{{ms}} 毫秒',
  partBroken: '不正常',
  spooled: '待转交的回调',
  version: '版本',
  startedAt: '启动时间',
  memory: '内存',
  connections: '数据库连接',
  outbox: '待通知的事件',
  outboxNone: '无',
  outboxSome: '{{count}} 个，最早的已等 {{age}}',
  consumers: '消息消费',
  consumer: '消费者',
  stream: '消息流',
  lag: '待处理',
  redelivered: '重复投递',
  streams: '消息流容量',
  messages: '消息数',
  fill: '已用容量',
  unknown: '未知',
  moreFailed: '此服务没有给出更多信息',
  answeredBy: '以上由应答的那个进程给出；每个进程各有一份。',
} as const;

export const serviceName = {
  gateway: '回调网关',
  orders: '订单服务',
  integrations: '对接服务',
} satisfies Record<SeenService['name'], string>;

export const serviceState = {
  healthy: '正常',
  unhealthy: '部分不正常',
  down: '没有应答',
} satisfies Record<SeenService['state'], string>;

/** What it means for the business while a service does not answer. */
export const serviceDown = {
  gateway: '海尔和支付渠道的回调现在收不到；它们会按自己的规则重发。',
  orders: '订单页面和操作不可用。网关仍会收下并保存回调，订单服务恢复后自动处理。',
  integrations: '推送、取消和同步暂停；任务已保存，对接服务恢复后继续。',
} satisfies Record<SeenService['name'], string>;

export const healthPart = {
  database: '数据库',
  nats: 'NATS 消息总线',
  jetstream: 'NATS 消息总线',
  spool: '本地磁盘缓存',
};
