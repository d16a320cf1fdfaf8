import type {
  CallbackMinute,
  DayFigures,
  Invariant,
  IntegrationsOverview,
  Rate,
} from '@orderbridge/contracts/overview-api';

type Upstream = IntegrationsOverview['upstreams'][number];

export const overview = {
  title: '总览',
  asOf: '截至',
  today: '今天',
  yesterday: '昨天全天',
  yesterdaySoFar: '昨天此时',
  waiting: '等待处理',
  openExceptions: '待处理异常',
  noExceptions: '没有待处理的异常',
  exceptionCount: '{{count}} 个待处理',
  oldestException: '等待最久',
  outbox: '待通知的事件',
  allTold: '已全部通知其他服务',
  unsent: '{{count}} 个尚未发出，最早的已等 {{age}}',
  invariants: '数据自检',
  lastDay: '最近 24 小时',
  holds: '正常',
  broken: '有 {{count}} 处不符',
  salesByHour: '今天每小时',
  salesByDay: '最近 14 天',
  callbacksPerMinute: '最近 60 分钟的回调',
  ordersPlaced: '下单数',
  moneyTaken: '收款',
  inAll: '合计',
  asTable: '以表格查看',
  time: '时间',
  funnel: '最近 14 天的订单现在在哪里',
  byStatus: '订单状态',
  byHaierStatus: '海尔状态（含海尔商品的订单）',
  rates: '健康指标',
  fewSamples: '样本少',
  fewSamplesWhy: '样本不足 20 个：仅当比例类指标至少有 5 个不良样本时才报警',
  sampleMinutes: '样本 {{count}} · 最近 {{minutes}} 分钟',
  sampleHours: '样本 {{count}} · 最近 {{hours}} 小时',
  normal: '正常 {{threshold}}',
  alert: '警报 {{threshold}}',
  balanceLow: '海尔账户余额可能不够',
  balanceRunsOut: '{{account}} 余额 {{balance}}，按最近 7 天平均每天支出 {{perDay}} 估算，还够 {{days}} 天。',
  balanceShort: '{{count}} 个订单的推送尚未确认，供货价合计 {{cost}}，超过账户合计 {{sum}}。',
  balanceUnpriced: '另有 {{lines}} 行商品没有供货价，未计入。',
  balanceAsOf: '余额查询于',
  toBalance: '查看余额',
  platforms: '海尔与易理货',
  notCalled: '{{upstream}}现在不会被调用',
  pushes: '推送与取消',
  toJobs: '查看任务',
  toSyncs: '查看同步',
  jobsWaiting: '任务',
  jobCounts: '等待 {{waiting}} · 进行中 {{running}} · 暂停 {{paused}}',
  oldestJob: '最早到期',
  noneDue: '没有到期未做的任务',
  overdue: '已逾期 {{age}}',
  configurationAndSyncs: '配置与同步',
  configuration: '使用中的配置',
  lastSyncs: '最近同步',
  neverSynced: '还没有同步过',
  lastSync: '{{type}}同步',
  syncCounts: '成功 {{good}}，失败 {{bad}}',
  calls: '调用次数',
  budget: '速率预算',
  budgetUse: '最近 1 秒 {{used}} / {{perSecond}}，排队 {{waiting}}',
  perProcess:
    '平台的响应时间、错误率、登录、熔断和预算由应答的对接进程自己统计，从 {{since}} 起（最多 15 分钟）；多个进程时各自统计。',
} as const;

export const dayFigure = {
  placed: '下单',
  paid: '付款订单',
  cancelled: '取消',
  completed: '完成',
  takenFen: '收款',
  refundedFen: '退款到账',
} satisfies Record<Exclude<keyof DayFigures, 'day'>, string>;

export const callbackGroup = {
  applied: '已生效',
  repeated: '重复',
  other: '留待处理',
  refused: '拒绝（抽样）',
} satisfies Record<Exclude<keyof CallbackMinute, 'at'>, string>;

export const rate = {
  callbackSuccess: '回调成功率',
  paymentCallbackSuccess: '支付回调成功率',
  callbackSeconds: '回调处理时间（95%）',
  signatureFailures: '拒绝的请求',
  transitionFailures: '与已有事实矛盾',
  conflicts: '冲突后重试',
  expiredShare: '超时未付',
  cancelShare: '取消比例',
  pushSuccess: '推送成功率',
  cancelSuccess: '取消成功率',
  availability: '可用率',
  responseSeconds: '平均响应',
  errorRate: '错误率',
  authSuccess: '登录成功率',
} satisfies Record<Rate['name'], string>;

export const rateState = {
  ok: '正常',
  warn: '注意',
  alert: '警报',
  no_data: '无数据',
} satisfies Record<Rate['state'], string>;

export const invariant = {
  accounted: '回调都有结果',
  once: '没有重复生效',
  balanced: '收支平衡',
} satisfies Record<Invariant['name'], string>;

export const invariantPart = {
  applied: '已生效',
  repeated: '重复',
  kept: '留待处理',
  copies: '同一消息重复生效',
  effects: '同一回调重复改动',
  held: '在我们这里',
  refunded: '已退回',
  inRefund: '退款中',
} satisfies Record<Invariant['parts'][number]['name'], string>;

export const upstream = {
  haier: '海尔开放平台',
  ylh: '易理货',
} satisfies Record<Upstream['name'], string>;

export const breaker = {
  closed: '畅通',
  half_open: '熔断后试探',
  open: '已熔断，暂停调用',
} satisfies Record<Upstream['breaker'], string>;

export const configurationSource = {
  database: '已启用的配置',
  environment: '环境变量',
  mock: '模拟平台',
  none: '没有配置',
} satisfies Record<IntegrationsOverview['configuration']['source'], string>;
