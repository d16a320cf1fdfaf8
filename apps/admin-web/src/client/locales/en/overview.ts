import type { Texts } from '../texts.ts';
import type * as zh from '../zh-CN/overview.ts';

export const overview: Texts<typeof zh.overview> = {
  title: 'Overview',
  asOf: 'As of',
  today: 'Today',
  yesterday: 'Yesterday in all',
  yesterdaySoFar: 'Yesterday by now',
  waiting: 'To do',
  openExceptions: 'Open exceptions',
  noExceptions: 'No open exceptions',
  exceptionCount: '{{count}} open',
  oldestException: 'Waiting longest',
  outbox: 'Events to deliver',
  allTold: 'All delivered to the other services',
  unsent: '{{count}} not delivered yet, the oldest waiting {{age}}',
  invariants: 'Self-checks',
  lastDay: 'Last 24 hours',
  holds: 'Holds',
  broken: 'Broken: {{count}}',
  salesByHour: 'Today by hour',
  salesByDay: 'Last 14 days',
  callbacksPerMinute: 'Callbacks of the last 60 minutes',
  ordersPlaced: 'Orders',
  moneyTaken: 'Money taken',
  inAll: 'Total',
  asTable: 'Show as a table',
  time: 'Time',
  funnel: 'Orders of the last 14 days by status',
  byStatus: 'Order status',
  byHaierStatus: 'Haier status (orders with Haier goods)',
  rates: 'Health',
  fewSamples: 'few samples',
  fewSamplesWhy: 'Fewer than 20 samples: an alert only for a share of which at least 5 went wrong',
  sampleMinutes: '{{count}} samples · last {{minutes}} min',
  sampleHours: '{{count}} samples · last {{hours}} h',
  normal: 'Normal {{threshold}}',
  alert: 'Alert {{threshold}}',
  balanceLow: 'The balance at Haier may run short',
  balanceRunsOut:
    '{{account}} has {{balance}}; at {{perDay}} a day, the average of the last 7 days, the days left are {{days}}.',
  balanceShort:
    'Pushed but not confirmed yet: {{count}}; the goods cost {{cost}}, more than the {{sum}} across all accounts.',
  balanceUnpriced: 'Not counted, for want of a supply price: {{lines}} of the lines.',
  balanceAsOf: 'Balance as of',
  toBalance: 'See the balance',
  platforms: 'Haier and YLH',
  notCalled: '{{upstream}} is not being called',
  pushes: 'Pushes and cancellations',
  toJobs: 'See jobs',
  toSyncs: 'See syncs',
  jobsWaiting: 'Jobs',
  jobCounts: '{{waiting}} waiting · {{running}} running · {{paused}} paused',
  oldestJob: 'Oldest due',
  noneDue: 'No job is overdue',
  overdue: 'Overdue by {{age}}',
  configurationAndSyncs: 'Configuration and syncs',
  configuration: 'Configuration in use',
  lastSyncs: 'Latest syncs',
  neverSynced: 'Nothing has been synced yet',
  lastSync: 'Sync: {{type}}',
  syncCounts: '{{good}} succeeded, {{bad}} failed',
  calls: 'Calls',
  budget: 'Rate budget',
  budgetUse: '{{used}} / {{perSecond}} in the last second, {{waiting}} waiting',
  perProcess:
    'Response, errors, sign-ins, breaker and budget of the platforms are counted by the integrations process that answered, since {{since}} (15 minutes at most); with several processes, each keeps its own count.',
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
  other: 'Set aside',
  refused: 'Refused (sampled)',
};

export const rate: Texts<typeof zh.rate> = {
  callbackSuccess: 'Callback success',
  paymentCallbackSuccess: 'Payment callback success',
  callbackSeconds: 'Callback time (p95)',
  signatureFailures: 'Refused requests',
  transitionFailures: 'Contradicting callbacks',
  conflicts: 'Retried on conflict',
  expiredShare: 'Not paid in time',
  cancelShare: 'Orders cancelled',
  pushSuccess: 'Push success',
  cancelSuccess: 'Cancel success',
  availability: 'Availability',
  responseSeconds: 'Average response',
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
  kept: 'Set aside',
  copies: 'Same message applied twice',
  effects: 'One callback took effect twice',
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
