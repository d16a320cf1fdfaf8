import type { Texts } from '../texts.ts';
import type * as zh from '../zh-CN/health.ts';

export const health: Texts<typeof zh.health> = {
  title: 'System health',
  asOf: 'As of',
  since: 'since {{since}}',
  noAnswer: 'The server of the admin web does not answer, so the other services cannot be looked at.',
  notAllowed: 'You may not see the health of the system.',
  limited:
    'The orders service does not answer, so nobody can tell who is signed in: only whether each service answers is shown.',
  answersIn: 'Answers in',
  milliseconds: '{{ms}} ms',
  parts: 'Leans on',
  partFine: 'fine, {{ms}} ms',
  partBroken: 'does not work',
  spooled: 'Spooled callbacks',
  version: 'Version',
  startedAt: 'Started',
  memory: 'Memory',
  connections: 'Connections',
  outbox: 'Events to be told',
  outboxNone: 'None',
  outboxSome: '{{count}}, the oldest for {{age}}',
  consumers: 'Consumers',
  consumer: 'Consumer',
  stream: 'Stream',
  lag: 'To do',
  redelivered: 'Redelivered',
  streams: 'Streams',
  messages: 'Messages',
  fill: 'In use',
  unknown: 'Unknown',
  moreFailed: 'The service tells no more about itself',
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
  gateway: 'Callbacks of Haier and the payment providers cannot come in; they repeat them by their own rules.',
  orders:
    'Order pages and actions are out of order. The gateway still takes and keeps callbacks; they are applied once orders is back.',
  integrations: 'Pushes, cancellations and syncs rest. Jobs are kept and go on once integrations is back.',
};

export const healthPart: Texts<typeof zh.healthPart> = {
  database: 'Database',
  nats: 'NATS',
  jetstream: 'NATS',
  spool: 'Local disk spool',
};
