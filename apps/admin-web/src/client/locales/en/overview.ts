import type { Texts } from '../texts.ts';
import type * as zh from '../zh-CN/overview.ts';

export const overview: Texts<typeof zh.overview> = {
  title: 'Overview',
  asOf: 'As of',
  today: 'Today',
  yesterday: 'Yesterday',
  yesterdaySoFar: 'Yest. by now',
  waiting: 'Waiting',
  openExceptions: 'Open exceptions',
  noExceptions: 'No open exceptions',
  exceptionCount: '{{count}} open',
  oldestException: 'Waiting longest',
  outbox: 'Events to be told',
  allTold: 'All told to the other services',
  unsent: '{{count}} not sent yet, the oldest for {{age}}',
  invariants: 'Invariants',
  lastDay: 'Last 24 hours',
  holds: 'Holds',
  broken: 'Broken: {{count}}',
  salesByHour: 'Today by hour',
  salesByDay: 'Last 14 days',
  callbacksPerMinute: 'Callbacks of the last 60 minutes',
  ordersPlaced: 'Orders',
  moneyTaken: 'Money taken',
  inAll: 'In all',
  asTable: 'Show as a table',
  time: 'Time',
  funnel: 'Where the orders of the last 14 days are',
  byStatus: 'Order status',
  byHaierStatus: 'Haier status (orders with Haier goods)',
  rates: 'Health',
  sampleMinutes: '{{count}} samples · last {{minutes}} min',
  sampleHours: '{{count}} samples · last {{hours}} h',
  normal: 'Normal {{threshold}}',
  alert: 'alert {{threshold}}',
  balanceLow: 'The balance at Haier may not do',
  balanceRunsOut:
    '{{account}} has {{balance}}; at {{perDay}} a day, the mean of the last 7 days, it lasts {{days}} days.',
  balanceShort:
    'The pushes of {{count}} orders are not confirmed yet; their goods cost {{cost}}, more than the {{sum}} on all accounts.',
  balanceUnpriced: '{{lines}} lines without a supply price are not counted.',
  balanceAsOf: 'Balance asked for at',
  toBalance: 'See the balance',
  platforms: 'Haier and YLH',
  notCalled: '{{upstream}} is not called at present',
  pushes: 'Pushes and cancellations',
  toJobs: 'See jobs',
  toSyncs: 'See syncs',
  jobsWaiting: 'Jobs',
  jobCounts: '{{waiting}} waiting · {{running}} running · {{paused}} paused',
  oldestJob: 'Oldest due',
  noneDue: 'No job is overdue',
  overdue: 'Overdue for {{age}}',
  configurationAndSyncs: 'Configuration and syncs',
  configuration: 'Configuration in use',
  lastSyncs: 'Last syncs',
  neverSynced: 'Nothing was synced yet',
  lastSync: 'Sync: {{type}}',
  syncCounts: '{{good}} succeeded, {{bad}} failed',
  calls: 'Calls',
  budget: 'Rate budget',
  budgetUse: '{{used}} / {{perSecond}} in the last second, {{waiting}} waiting',
  perProcess:
    'Response, errors, sign-ins, breaker and budget of the platforms are counted by the integrations process that answered, since {{since}} (15 minutes at most); with several processes each counts for itself.',
};

export const dayFigure: Texts<typeof zh.dayFigure> = {
  placed: 'Placed',
  paid: 'Paid',
  cancelled: 'Cancelled',
  completed: 'Completed',
  takenFen: 'Money taken',
  refundedFen: 'Refunded',
};

export const callbackGroup: Texts<typeof zh.callbackGroup> = {
  applied: 'Applied',
  repeated: 'Repeated',
  other: 'Kept aside',
  refused: 'Refused (samples)',
};

export const rate: Texts<typeof zh.rate> = {
  callbackSuccess: 'Callback success',
  paymentCallbackSuccess: 'Payment callback success',
  callbackSeconds: 'Callback time (95%)',
  signatureFailures: 'Refused requests',
  transitionFailures: 'Contradict the record',
  conflicts: 'Tried again',
  expiredShare: 'Never paid in time',
  cancelShare: 'Cancelled share',
  pushSuccess: 'Push success',
  cancelSuccess: 'Cancel success',
  responseSeconds: 'Mean response',
  errorRate: 'Error rate',
  authSuccess: 'Sign-in success',
};

export const rateState: Texts<typeof zh.rateState> = {
  ok: 'Normal',
  warn: 'Watch',
  alert: 'Alert',
  no_data: 'No data',
};

export const invariant: Texts<typeof zh.invariant> = {
  accounted: 'Callbacks accounted for',
  once: 'Nothing applied twice',
  balanced: 'Money balances',
};

export const invariantPart: Texts<typeof zh.invariantPart> = {
  applied: 'Applied',
  repeated: 'Repeated',
  kept: 'Kept aside',
  copies: 'Same news applied twice',
  effects: 'One callback moved twice',
  held: 'Held',
  refunded: 'Refunded',
  inRefund: 'In refund',
};

export const upstream: Texts<typeof zh.upstream> = {
  haier: 'Haier open platform',
  ylh: 'YLH',
};

export const breaker: Texts<typeof zh.breaker> = {
  closed: 'Calls go through',
  half_open: 'Trying again',
  open: 'Calls are held back',
};

export const configurationSource: Texts<typeof zh.configurationSource> = {
  database: 'Active configuration',
  environment: 'Environment',
  mock: 'Mock platform',
  none: 'None',
};
