import { z } from 'zod';
import type { systemApi } from './health-api.ts';
import { ORDER_EVENT_TYPES } from './order-events.ts';
import type { integrationsOverviewApi } from './overview-api.ts';
import {
  CountyCode,
  Fen,
  Instant,
  line,
  OrderNumber,
  page,
  paging,
  searched,
  sortedPaging,
  TIME_SORTS,
} from './primitives.ts';
import type { Api, Mutation, Query } from './router-types.ts';
import { CatalogueItem, LogisticsItem } from './supplier-events.ts';

/** An order event as apps/integrations has taken it from the bus. */
export const ReceivedOrderEvent = z.object({
  eventId: z.uuid(),
  type: z.enum(ORDER_EVENT_TYPES),
  orderNumber: z.string(),
  happenedAt: Instant,
  receivedAt: Instant,
});
export type ReceivedOrderEvent = z.infer<typeof ReceivedOrderEvent>;

export const orderEventApi = {
  /** Newest first: what the subscriber in integrations has seen, each event once. */
  list: {
    input: z.strictObject({ orderNumber: searched(100).optional(), ...paging }).prefault({}),
    output: page(ReceivedOrderEvent),
  },
} as const;

/** Keys of a configuration that nobody gets to see again; they come back as this mask, and the mask keeps them. */
export const SECRET_MASK = '******';
export const SECRET_CONFIG_KEYS = [
  'client_secret',
  'password',
  'seller_password',
  'customer_password',
  'ylh_password',
  'ylh_client_secret',
] as const;
/** Haier's four that saving demands (domain.md §3.8), then the rest. */
export const CONFIG_KEYS = [
  'client_id',
  'client_secret',
  'token_url',
  'base_url',
  'customer_code',
  'send_to_code',
  'supplier_code',
  'password',
  'seller_password',
  'customer_password',
  'authorization_scheme',
  'ylh_auth_url',
  'ylh_intake_url',
  'ylh_order_url',
  'ylh_stock_url',
  'ylh_username',
  'ylh_password',
  'ylh_client_id',
  'ylh_client_secret',
  'source_system',
  'shop_name',
] as const;
export type ConfigKey = (typeof CONFIG_KEYS)[number];

export const ConfigView = z.object({
  id: z.uuid(),
  name: z.string(),
  isActive: z.boolean(),
  /** Counts its changes, from 1. */
  version: z.number().int(),
  /** Secrets as `SECRET_MASK`. */
  config: z.record(z.string(), z.string()),
  /** Keys that pushing and syncing need and this configuration lacks. */
  missing: z.array(z.string()),
  createdAt: Instant,
  updatedAt: Instant,
  updatedBy: z.string(),
});
export type ConfigView = z.infer<typeof ConfigView>;

export const configApi = {
  /** The active one first, then by name; `source` says whether the environment is used because none is active. */
  list: {
    input: z.void(),
    output: z.object({ items: z.array(ConfigView), source: z.enum(['database', 'environment', 'mock', 'none']) }),
  },
  /** `config` is checked by the verb, with the seeds' texts (`配置必须是字典格式`, `缺少必需字段: a, b`). */
  create: {
    input: z.strictObject({ name: line(50).default('haier'), config: z.unknown().optional() }),
    output: ConfigView,
  },
  update: {
    input: z.strictObject({ id: z.uuid(), name: line(50).optional(), config: z.unknown().optional() }),
    output: ConfigView,
  },
  /** Takes effect at once in every process; the one before is switched off. */
  activate: { input: z.strictObject({ id: z.uuid() }), output: ConfigView },
  remove: { input: z.strictObject({ id: z.uuid() }), output: z.object({ removed: z.boolean() }) },
  /** Asks Haier and YLH for a token with it; no id means what is in use now (R127). */
  test: {
    input: z.strictObject({ id: z.uuid().optional() }).prefault({}),
    output: z.object({
      success: z.boolean(),
      message: z.string(),
      messageEn: z.string(),
      parts: z.array(
        z.object({
          name: z.enum(['haier', 'ylh']),
          ok: z.boolean(),
          detail: z.string(),
          detailEn: z.string(),
          durationMs: z.number(),
        }),
      ),
    }),
  },
} as const;

/** One text with commas or a list. What is missing or wrong is said by the verb, with the seeds' texts (R121). */
const codes = z.union([searched(16_000), z.array(searched(100)).max(1_000)]);
const found = <T extends z.ZodType>(data: T) => z.object({ success: z.literal(true), data });

/** How fast a payer account empties, from what it lost in the last seven days; what came in meanwhile is left out. */
export const BalanceForecast = z.object({
  perDayFen: Fen,
  /** With one decimal, rounded down; 0 for an account that is empty or overdrawn, null for one that loses nothing. */
  daysLeft: z.number().nonnegative().nullable(),
});
export type BalanceForecast = z.infer<typeof BalanceForecast>;

/** What the platform says now, passed through for staff (R120-R126); upstream trouble is an error with its text. */
export const haierApi = {
  products: {
    input: z.strictObject({ productCodes: codes.optional() }).prefault({}),
    output: found(z.array(CatalogueItem)),
  },
  prices: {
    input: z.strictObject({ productCodes: codes.optional() }).prefault({}),
    output: found(z.array(CatalogueItem)),
  },
  stock: {
    input: z.strictObject({ productCode: searched(100).optional(), countyCode: searched(20).optional() }).prefault({}),
    output: found(
      z.object({
        productCode: z.string(),
        countyCode: z.string(),
        quantity: z.number().int(),
        warehouses: z.array(
          z.object({
            code: z.string().nullable(),
            grade: z.string().nullable(),
            quantity: z.number().int(),
            cutTime: z.string().nullable(),
            hours: z.number().nullable(),
          }),
        ),
      }),
    ),
  },
  balance: {
    input: z.void(),
    output: found(
      z.array(
        z.object({
          saleGroupCode: z.string().nullable(),
          saleGroupName: z.string().nullable(),
          payerAccountCode: z.string().nullable(),
          payerAccountName: z.string().nullable(),
          balanceFen: z.number().int(),
          /** Null while less than a day of readings is known. */
          forecast: BalanceForecast.nullable(),
        }),
      ),
    ),
  },
  logistics: {
    input: z.strictObject({ orderCode: searched(100).optional() }).prefault({}),
    output: found(z.object({ items: z.array(LogisticsItem), raw: z.unknown() })),
  },
} as const;

export const SYNC_TYPES = ['products', 'prices', 'stock', 'order', 'logistics', 'manual'] as const;
export const SYNC_STATUSES = ['pending', 'processing', 'success', 'partial', 'failed'] as const;
export const SyncType = z.enum(SYNC_TYPES);
export const SyncStatus = z.enum(SYNC_STATUSES);

/** One entry of the sync log (domain.md §3.9); nobody writes it by hand. */
export const SyncRun = z.object({
  id: z.uuid(),
  type: SyncType,
  status: SyncStatus,
  /** What happened, in Chinese; `messageEn` says the same in English. */
  message: z.string(),
  messageEn: z.string(),
  totalCount: z.number().int(),
  successCount: z.number().int(),
  failedCount: z.number().int(),
  /** Of `totalCount`, how many are done one way or the other. */
  doneCount: z.number().int(),
  /** Of `successCount`, how many differ from what orders was told last. */
  changedCount: z.number().int(),
  by: z.string(),
  cancelRequested: z.boolean(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  completedAt: Instant.nullable(),
  /** Null while it runs. */
  durationSeconds: z.number().nullable(),
});
export type SyncRun = z.infer<typeof SyncRun>;

const SyncNote = z.object({ productCode: z.string(), detail: z.string(), detailEn: z.string() });

export const syncApi = {
  start: {
    input: z.strictObject({
      type: z.enum(['products', 'prices', 'stock']),
      /** Default: everything. */
      productCodes: z.array(line(50)).min(1).max(10_000).optional(),
      /** With products: also their prices, their stock. */
      prices: z.boolean().optional(),
      stock: z.boolean().optional(),
      countyCode: CountyCode.optional(),
      /** Tell orders only of what differs from the last time. */
      changedOnly: z.boolean().optional(),
    }),
    output: SyncRun,
  },
  /** Newest first, ten unless told otherwise (R124). */
  list: {
    input: z
      .strictObject({
        type: SyncType.optional(),
        status: SyncStatus.optional(),
        createdFrom: Instant.optional(),
        createdTo: Instant.optional(),
        ...sortedPaging(TIME_SORTS),
        limit: paging.limit.removeDefault().default(10),
      })
      .prefault({}),
    output: page(SyncRun),
  },
  get: {
    input: z.strictObject({ id: z.uuid() }),
    output: SyncRun.extend({
      /** The first products that failed, and why. */
      failures: z.array(SyncNote),
      /** The first that were synced but for a part of them: no valid price, or no answer about the stock. */
      warnings: z.array(SyncNote),
    }),
  },
  cancel: { input: z.strictObject({ id: z.uuid() }), output: SyncRun },
} as const;

export const JOB_KINDS = ['push', 'cancel'] as const;
export const ATTEMPT_OUTCOMES = ['done', 'refused', 'not_sent', 'uncertain'] as const;
export const JOB_STATES = ['waiting', 'running', 'paused', 'done', 'refused', 'gave_up'] as const;

/** A piece of outbound work with a fixed key (design.md §6). */
export const JobView = z.object({
  id: z.uuid(),
  kind: z.enum(JOB_KINDS),
  orderNumber: OrderNumber,
  /** `push:<order number>:<round>`; the same for ever, so one wish has one effect. */
  key: z.string(),
  state: z.enum(JOB_STATES),
  attempts: z.number().int(),
  nextAttemptAt: Instant.nullable(),
  /** How the last attempt ended. */
  lastOutcome: z.enum(ATTEMPT_OUTCOMES).nullable(),
  detail: z.string().nullable(),
  detailEn: z.string().nullable(),
  batchId: z.uuid().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  retry: z.object({ allowed: z.boolean(), reason: z.string().nullable(), reasonEn: z.string().nullable() }),
});
export type JobView = z.infer<typeof JobView>;

/** One call of a job, as it is kept: no name, phone, address, password or token stands in it. */
export const JobAttempt = z.object({
  /** Counts the calls of the job, from 1. */
  no: z.number().int(),
  startedAt: Instant,
  endedAt: Instant,
  outcome: z.enum(ATTEMPT_OUTCOMES),
  /** Null when the platform gave no answer. */
  httpStatus: z.number().int().nullable(),
  /** On the wire, without the wait for its turn; null when nothing went over it, or its process died. */
  durationMs: z.number().int().nullable(),
  url: z.string().nullable(),
  /** Bodies as sent and received, 4 KiB of each at most; null where there is none, or nobody lived to tell. */
  request: z.string().nullable(),
  answer: z.string().nullable(),
  detail: z.string().nullable(),
  detailEn: z.string().nullable(),
});
export type JobAttempt = z.infer<typeof JobAttempt>;

/** A bulk push, as a whole. */
export const BatchView = z.object({
  id: z.uuid(),
  total: z.number().int(),
  done: z.number().int(),
  refused: z.number().int(),
  waiting: z.number().int(),
  paused: z.boolean(),
  createdAt: Instant,
});
export type BatchView = z.infer<typeof BatchView>;

export const jobApi = {
  list: {
    input: z
      .strictObject({
        kind: z.enum(JOB_KINDS).optional(),
        state: z.enum(JOB_STATES).optional(),
        orderNumber: searched(100).optional(),
        batchId: z.uuid().optional(),
        /** `nextDue`: those that wait, by when they are tried next, before all others. */
        ...sortedPaging([...TIME_SORTS, 'nextDue']),
      })
      .prefault({}),
    output: page(JobView),
  },
  /** With its latest attempts, the newest first: 20 at most. */
  get: { input: z.strictObject({ id: z.uuid() }), output: JobView.extend({ attemptLog: z.array(JobAttempt) }) },
  /** Plans another attempt now, under the same key. */
  retry: { input: z.strictObject({ id: z.uuid() }), output: JobView },
  batches: { input: z.strictObject({ ...paging }).prefault({}), output: page(BatchView) },
  /** Holds back what a bulk push has not sent yet; survives a restart. */
  pause: { input: z.strictObject({ batchId: z.uuid() }), output: BatchView },
  resume: { input: z.strictObject({ batchId: z.uuid() }), output: BatchView },
} as const;

export const DIFFERENCE_KINDS = [
  'paid_not_pushed',
  'push_without_answer',
  'cancelled_here_alive_there',
  'cancelled_there_alive_here',
  'cancel_without_answer',
  'delivered_not_shipped',
  'money_without_order',
  'cancelled_money_kept',
] as const;

/** One disagreement between us, YLH and the payment provider. */
export const Difference = z.object({
  orderNumber: OrderNumber,
  kind: z.enum(DIFFERENCE_KINDS),
  local: z.object({ status: z.string(), haierStatus: z.string() }),
  /** Our latest request, and how many parcels YLH knows of; `parcels` is null when it was not asked or did not answer. */
  ylh: z.object({ job: JobView.pick({ kind: true, state: true }).nullable(), parcels: z.number().int().nullable() }),
  payment: z.object({ receivedFen: Fen, returnedFen: Fen }),
  detail: z.string(),
  detailEn: z.string(),
  /** The one verb that settles it; null when a person has to look. */
  repair: z.enum(['push', 'cancel', 'ship', 'sync_payment', 'retry_job', 'plan_job']).nullable(),
  /** Whether this run settled it, and what went wrong if it tried and did not. */
  repaired: z.boolean(),
  problem: z.string().nullable(),
  problemEn: z.string().nullable(),
});
export type Difference = z.infer<typeof Difference>;

/** How far a reconciliation has come, in orders. */
export const ReconcileProgress = z.object({
  checked: z.number().int(),
  /** How many it looks at; null before the first of them came. */
  total: z.number().int().nullable(),
});
export type ReconcileProgress = z.infer<typeof ReconcileProgress>;

export const reconcileApi = {
  run: {
    input: z.strictObject({
      dryRun: z.boolean(),
      orderNumber: OrderNumber.optional(),
      limit: z.number().int().min(1).max(10_000).default(1_000),
      /** The caller's, new each time: `progress` tells by it how far the run has come. */
      runId: z.uuid().optional(),
    }),
    output: z.object({
      checked: z.number().int(),
      differences: z.array(Difference),
      /** Whether there was more than `limit` to look at. */
      truncated: z.boolean(),
      /** Why YLH could not be asked for parcels, so that what only it knows is not in the list; null when it could. */
      ylhProblem: z.string().nullable(),
      ylhProblemEn: z.string().nullable(),
    }),
  },
  /** Null when no run was started under this id. */
  progress: { input: z.strictObject({ runId: z.uuid() }), output: ReconcileProgress.nullable() },
} as const;

/** The API of apps/integrations. */
export type IntegrationsApi = Api<{
  orderEvent: { list: Query<typeof orderEventApi.list> };
  config: {
    list: Query<typeof configApi.list>;
    create: Mutation<typeof configApi.create>;
    update: Mutation<typeof configApi.update>;
    activate: Mutation<typeof configApi.activate>;
    remove: Mutation<typeof configApi.remove>;
    test: Mutation<typeof configApi.test>;
  };
  haier: {
    products: Query<typeof haierApi.products>;
    prices: Query<typeof haierApi.prices>;
    stock: Query<typeof haierApi.stock>;
    balance: Query<typeof haierApi.balance>;
    logistics: Query<typeof haierApi.logistics>;
  };
  sync: {
    start: Mutation<typeof syncApi.start>;
    list: Query<typeof syncApi.list>;
    get: Query<typeof syncApi.get>;
    cancel: Mutation<typeof syncApi.cancel>;
  };
  job: {
    list: Query<typeof jobApi.list>;
    get: Query<typeof jobApi.get>;
    retry: Mutation<typeof jobApi.retry>;
    batches: Query<typeof jobApi.batches>;
    pause: Mutation<typeof jobApi.pause>;
    resume: Mutation<typeof jobApi.resume>;
  };
  reconcile: { run: Mutation<typeof reconcileApi.run>; progress: Query<typeof reconcileApi.progress> };
  overview: { get: Query<typeof integrationsOverviewApi.get> };
  system: { health: Query<typeof systemApi.health> };
}>;
