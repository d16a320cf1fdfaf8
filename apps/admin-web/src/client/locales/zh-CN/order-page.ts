import type { OrderPreflight } from '@orderbridge/contracts/orders-api';
import type { TimelineKind } from '../../orders/timeline-items.ts';

type Check = OrderPreflight['checks'][number];

export const orderPage = {
  preflight: '推送前检查',
  preflightMissing: '缺少：{{fields}}',
  preflightReady: '检查通过，可以推送。',
  preflightBlocked: '有检查没有通过，请先处理，再重新打开此窗口。',
  pushOnce: '重复推送不会产生第二张订单。',
  scanWithWechat: '请买家用微信扫描下面的二维码付款。',
  payAtAlipay: '请在买家的浏览器中打开支付宝付款页面。',
  openAlipay: '打开支付宝付款页面',
  payInWechat: '这笔支付只能在微信内完成：请买家在微信里打开商城的订单页付款。',
  payAddress: '付款地址',
  paymentReused: '完成后显示买家付款所需的二维码或链接；再次发起会显示同一笔。',
  comparison: '三方比较',
  compare: '立即比较',
  mayNotCompare: '你的账号没有对账的权限',
  sidesAgree: '三方一致',
  nothingToCompare: '此订单目前没有需要比较的内容',
  due: '应付 {{amount}}',
  lastRequest: '最近请求：{{kind}}，{{state}}',
  noRequest: '还没有请求',
  parcelCount: '包裹 {{count}} 个',
  nothingPaid: '没有成功的支付',
  paidBy: '已付 {{amount}}（{{methods}}）',
  returned: '已退 {{amount}}',
  logistics: '物流',
  noParcels: '还没有包裹信息',
  deliveryCode: '配送单号',
  snCode: 'SN 码',
  photos: '配送照片',
  noPhotos: '还没有照片',
  photo: '照片 {{number}}',
  photosNote: '照片存放在海尔的服务器，在新标签页中打开。',
  evidence: '国补资料',
  evidenceNumbers: '{{total}} 个包裹中 {{count}} 个有 SN 码',
  evidencePhotos: '已有 {{count}} 张',
  invoice: '发票',
  invoiceElsewhere: '不在本系统，请在开票系统核对',
  hidesIn: '{{seconds}} 秒后自动隐藏。',
  jobs: '推送任务',
  allJobs: '在推送任务中查看',
  noJobs: '还没有任务',
  seeJob: '查看任务',
  jobAsked: '登记{{kind}}任务',
  jobAttempts: '已尝试 {{count}} 次',
  resolvedCases: '已处理的异常（{{count}}）',
  timelineKinds: '按类别筛选时间线',
  timelineWithoutJobs: '推送任务暂时读不到，下面的时间线不含任务',
} as const;

export const preflightCheck = {
  status: '订单状态',
  goods: '商品来源',
  recipient: '收货人',
  address: '地址',
  county: '区县编码',
  sums: '金额',
  product: '商品',
  price: '价格',
  stock: '库存',
  balance: '余额',
  configuration: '对接配置',
} as const satisfies Record<Check['check'], string>;

export const preflightResult = {
  ok: '通过',
  warning: '注意',
  failed: '未通过',
  unknown: '未知',
} as const satisfies Record<Check['result'], string>;

export const timelineKind = {
  person: '人员',
  order: '订单',
  payment: '支付',
  refund: '退款',
  push: '海尔',
  job: '任务',
  callback: '回调',
} as const satisfies Record<TimelineKind, string>;
