import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import type { CatalogueItem, LogisticsItem, SupplierRefusal } from '@orderbridge/contracts/supplier-events';
import type { Text } from '../text.ts';

/**
 * How a call to the platform ended. `refused` is its no (or ours, before any call); `not_sent` never arrived or was
 * turned away unseen (429, breaker open) and may be repeated at will; `uncertain` may have worked, so only the same
 * request may be sent again.
 */
export type SupplierAnswer<T> =
  | { readonly outcome: 'answered'; readonly value: T }
  | { readonly outcome: 'refused'; readonly why: SupplierRefusal; readonly detail: Text; readonly duplicate?: boolean }
  | {
      readonly outcome: 'not_sent';
      readonly detail: Text;
      readonly retryAfterMs?: number | undefined;
      /** We made no call at all: the breaker is open, or the caller gave up before its turn came. */
      readonly isHeldBack?: true;
      readonly isTimeout?: true;
    }
  | {
      readonly outcome: 'uncertain';
      readonly detail: Text;
      readonly retryAfterMs?: number | undefined;
      readonly isTimeout?: true;
    };

/** Whose turn it is when the rate budget is short: a person waiting at a page comes before bulk work. */
export type CallOptions = {
  readonly priority: 'manual' | 'bulk';
  readonly signal?: AbortSignal | undefined;
  /** Shown what went over the wire, without secrets but with personal data; of several requests, each in turn. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
};

/** One request for what the call is about, and what came of it; sign-ins are not among them. */
export type Exchange = {
  readonly url: string;
  readonly request: string;
  /** Null when no answer came, or not all of it. */
  readonly httpStatus: number | null;
  readonly answer: string | null;
  readonly durationMs: number;
};

/** Stock of one product where a buyer lives (domain.md §1.5); the warehouse with most of it first. */
export type StockAnswer = {
  readonly quantity: number;
  readonly warehouses: readonly {
    readonly code: string | null;
    readonly grade: string | null;
    readonly quantity: number;
    readonly cutTime: string | null;
    readonly hours: number | null;
  }[];
};

export type BalanceAnswer = {
  readonly saleGroupCode: string | null;
  readonly saleGroupName: string | null;
  readonly payerAccountCode: string | null;
  readonly payerAccountName: string | null;
  readonly balanceFen: number;
};

/** Haier's open platform (domain.md §1.2-§1.8). No method throws for what happens on the wire. */
export type HaierClient = {
  /** Twenty codes a call, as many calls as it takes; the first that ends otherwise ends it all. */
  readonly products: (codes: readonly string[], options: CallOptions) => Promise<SupplierAnswer<CatalogueItem[]>>;
  /** Codes of everything procurable, one by one, in bounded memory however many there are. */
  readonly allProductCodes: (options: CallOptions) => AsyncIterable<SupplierAnswer<string>>;
  /** The same. A product without a price has a `priceReason` where the platform gives one. */
  readonly prices: (codes: readonly string[], options: CallOptions) => Promise<SupplierAnswer<CatalogueItem[]>>;
  readonly stock: (
    productCode: string,
    countyCode: string,
    options: CallOptions,
  ) => Promise<SupplierAnswer<StockAnswer>>;
  readonly balance: (options: CallOptions) => Promise<SupplierAnswer<BalanceAnswer[]>>;
  /** The raw answer too, because the shape of its elements is not documented (domain.md §1.6). */
  readonly logistics: (
    orderCode: string,
    options: CallOptions,
  ) => Promise<SupplierAnswer<{ items: LogisticsItem[]; raw: unknown }>>;
  /** Asks for a new token, whatever is cached. */
  readonly signIn: (options: CallOptions) => Promise<SupplierAnswer<null>>;
};

/** What became of a new order; `confirmation` where the answer is that too, and no callback will come (R10). */
export type CreateAnswer = { readonly retailOrderNo: string | null; readonly confirmation?: Text };

/** The YLH order system (domain.md §1.9-§1.14). */
export type YlhClient = {
  /** A refusal that says the `soId` is there already has `duplicate`: after an uncertain attempt that is success (R19). */
  readonly createOrder: (order: PushOrder, options: CallOptions) => Promise<SupplierAnswer<CreateAnswer>>;
  /** A refusal that says it was asked for before, or done, has `duplicate`. An empty reason is replaced. */
  readonly cancelOrder: (
    cancel: { soId: string; reason: string; at: Date },
    options: CallOptions,
  ) => Promise<SupplierAnswer<null>>;
  /** Times are sent as 23:59:59 of their day in Beijing (domain.md §1.12). */
  readonly reschedule: (
    change: { retailOrderNo: string; distributionTime: Date | null; installTime: Date | null },
    options: CallOptions,
  ) => Promise<SupplierAnswer<{ distributionTime: Date | null; installTime: Date | null }>>;
  readonly deliveryImages: (haierOrderNo: string, options: CallOptions) => Promise<SupplierAnswer<string[]>>;
  /** At most 100 numbers a call; more are split. By number as asked. */
  readonly logistics: (
    numbers: readonly string[],
    options: CallOptions,
  ) => Promise<SupplierAnswer<{ orderCode: string; item: LogisticsItem }[]>>;
  readonly signIn: (options: CallOptions) => Promise<SupplierAnswer<null>>;
};

/** Both platforms as one configuration reaches them. */
export type Suppliers = {
  readonly haier: HaierClient;
  readonly ylh: YlhClient;
  /** Where the configuration comes from; `none` refuses every call with `not_configured`, naming the missing keys. */
  readonly source: 'database' | 'environment' | 'mock' | 'none';
  readonly sourceSystem: string;
  /** Why a platform is never called, for instance the keys that are missing; null where it can be. */
  readonly problems: Readonly<Record<'haier' | 'ylh', Text | null>>;
};

/** Gives the clients in use now; a configuration that was changed or activated takes effect at the next call. */
export type SupplierAccess = {
  readonly current: () => Promise<Suppliers>;
  /** Clients for a configuration that is only being tested; nothing of it is kept. */
  readonly withConfig: (config: Readonly<Record<string, string>>) => Suppliers;
  /** Drops clients and tokens, because the configuration changed. */
  readonly forget: () => void;
};
