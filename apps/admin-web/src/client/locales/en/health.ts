import type { Texts } from '../texts.ts';
import type * as zh from '../zh-CN/health.ts';

export const health: Texts<typeof zh.health> = {
  title: 'System health',
  asOf: 'As of',
  since: 'since {{since}}',
  noAnswer: 'The admin web server does not answer, so the state of the other services is unknown.',
  notAllowed: 'You may not see the health of the system.',
  limited:
    'The orders service does not answer, so your sign-in cannot be checked: only whether each service answers is shown.',
  answersIn: 'Answers in',
  milliseconds: '{{ms}} ms',
  parts: 'Depends on',
  partFine: 'OK, {{ms}} ms',
  partBroken: 'not working',
  spooled: 'Spooled callbacks',
  version: 'Version',
  startedAt: 'Started',
  memory: 'Memory',
  connections: 'Connections',
  outbox: 'Events to deliver',
  outboxNone: 'None',
  outboxSome: '{{count}}, the oldest waiting {{age}}',
  consumers: 'Consumers',
  consumer: 'Consumer',
  stream: 'Stream',
  lag: 'Backlog',
  redelivered: 'Redelivered',
  streams: 'Streams',
  messages: 'Messages',
  fill: 'In use',
  unknown: 'Unknown',
  moreFailed: 'The service gave no further details',
  answeredBy: 'As the process that answered sees it; each process has its own.',
};

export const serviceName: Texts<typeof zh.serviceName> = {
  gateway: 'Callback gateway',
  orders: 'Orders service',
  integrations: 'Integrations service',
};

export const serviceState: Texts<typeof zh.serviceState> = {
  healthy: 'Healthy',
  unhealthy: 'Partly broken',
  down: 'Does not answer',
};

export const serviceDown: Texts<typeof zh.serviceDown> = {
  gateway: 'Callbacks from Haier and the payment providers cannot come in; they are resent by their own rules.',
  orders:
    'Order pages and actions are unavailable. The gateway still takes and keeps callbacks; they are applied once orders is back.',
  integrations: 'Pushes, cancellations and syncs are on hold. Jobs are kept and continue once integrations is back.',
};

export const healthPart: Texts<typeof zh.healthPart> = {
  database: 'Database',
  nats: 'NATS',
  jetstream: 'NATS',
  spool: 'Local disk spool',
};
