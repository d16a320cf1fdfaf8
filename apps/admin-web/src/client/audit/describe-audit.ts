import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import type { Translation } from '../locales/zh-CN.ts';

type Machine = 'order' | 'payment' | 'refund' | 'haier';

/** What the words are made with; `useAuditWords` gives those of the page. */
export type Say = {
  readonly language: string;
  readonly label: (group: keyof Translation, code: string, unknown?: string) => string;
  readonly state: (machine: Machine, state: string) => string;
  readonly actor: (by: string) => string;
  readonly money: (amountFen: number) => string;
  readonly moment: (instant: string) => string;
  readonly yesNo: (yes: boolean) => string;
};

export type AuditFact = {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** Address of what it names. */
  readonly to?: string | undefined;
};

/** Everything that an entry tells besides, in words; what is told in both languages is told in that of the page. */
export function auditFacts({ detail, ...entry }: AuditEntry, say: Say): AuditFact[] {
  return Object.keys(detail)
    .filter((name) => !isEnglishOf(name, detail))
    .toSorted((one, other) => placeOf(one) - placeOf(other))
    .map((name) => ({
      name,
      label: labelOf(name, entry, say),
      value: valueOf(name, said(name, { ...entry, detail }, say), { ...entry, detail }, say),
      to: addressOf(RESOURCE_OF[name], detail[name]),
    }));
}

/** The gist of an entry in one line. */
export function auditSummary(entry: AuditEntry, say: Say): string {
  const { detail } = entry;
  const values = new Map(auditFacts(entry, say).map(({ name, value }) => [name, value]));
  const shown = (...names: string[]) => names.flatMap((name) => (isTold(detail[name]) ? values.get(name)! : []));
  const [from, to] = ['fromFen' in detail ? 'fromFen' : 'from', 'toFen' in detail ? 'toFen' : 'to'];
  if (isTold(detail[from]) || isTold(detail[to])) {
    const change = `${values.get(from) ?? '—'} → ${values.get(to) ?? '—'}`;
    return [...shown('what'), change, ...shown('reason')].join(' · ');
  }
  const told = shown(...GIST);
  if (told.length > 0) return told.slice(0, 3).join(' · ');
  return [...values.entries()]
    .filter(([name]) => !BESIDE.has(name) && isTold(detail[name]))
    .slice(0, 3)
    .map(([name, value]) => `${labelOf(name, entry, say)} ${value}`)
    .join(' · ');
}

/** Where the record that an entry is about is shown. */
export const subjectAddress = ({ resourceType, resourceId }: AuditEntry): string | undefined =>
  addressOf(resourceType, resourceId);

/** An id as long as it takes to tell two of them apart; the whole one stands beside. */
export const shortId = (id: string): string => (UUID.test(id) ? `…${id.slice(-8)}` : id);

function addressOf(resource: string | undefined, id: unknown): string | undefined {
  if (typeof id !== 'string' || id === '' || id === '-' || resource === undefined) return undefined;
  return ADDRESSES[resource]?.(encodeURIComponent(id));
}

const ADDRESSES: Readonly<Record<string, ((id: string) => string) | undefined>> = {
  order: (id) => `/orders/${id}`,
  payment: (id) => `/payments?payment=${id}`,
  refund: (id) => `/payments?tab=refunds&refund=${id}`,
  callback: (id) => `/callbacks?callback=${id}`,
  job: (id) => `/jobs?job=${id}`,
  batch: (id) => `/jobs?batchId=${id}`,
  sync: (id) => `/syncs?run=${id}`,
  product: (id) => `/products?product=${id}`,
};

/** Details that name a record. */
const RESOURCE_OF: Readonly<Record<string, string>> = {
  orderNumber: 'order',
  paymentId: 'payment',
  refundId: 'refund',
  callbackId: 'callback',
  jobId: 'job',
};

/** A detail as it was written for the language of the page. */
function said(name: string, { detail, action }: AuditEntry, say: Say): unknown {
  if (say.language !== 'en') return detail[name];
  const english = detail[`${name}En`];
  if (isTold(english)) return english;
  // What was written before it was told in both languages has at least its code.
  if (name === 'message' && action === 'admin_action_refused' && typeof detail.errorCode === 'string')
    return say.label('error', detail.errorCode);
  return detail[name];
}

function valueOf(name: string, value: unknown, entry: AuditEntry, say: Say): string {
  if (!isTold(value)) return '—';
  if (typeof value === 'boolean') return say.yesNo(value);
  if (typeof value === 'number') return name.endsWith('Fen') ? say.money(value) : String(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => itemOf(name, item, entry, say));
    return items.join(say.language === 'en' ? ', ' : '、');
  }
  if (typeof value === 'object')
    return Object.entries(value as object)
      .map(([part, of]) => `${labelOf(part, entry, say)} ${valueOf(part, of, entry, say)}`)
      .join(say.language === 'en' ? ', ' : '，');
  return typeof value === 'string' ? codeOf(name, value, entry, say) : '—';
}

function itemOf(name: string, item: unknown, entry: AuditEntry, say: Say): string {
  const { productCode, quantity } = (item ?? {}) as { productCode?: unknown; quantity?: unknown };
  if (typeof productCode === 'string') return `${productCode} × ${typeof quantity === 'number' ? quantity : 1}`;
  return valueOf(name, item, entry, say);
}

function codeOf(name: string, value: string, entry: AuditEntry, say: Say): string {
  const machine = machineOf(entry);
  if (machine && (name === 'from' || name === 'to')) return say.state(machine, value);
  if (ACTORS.has(name)) return say.actor(value);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return say.moment(value);
  if (name === 'said' || name === 'news') return say.label('providerStatus', value.toLowerCase(), value);
  const group = groupOf(name, entry);
  return group ? say.label(group, value, value) : value;
}

type Group = keyof Translation;
type Subject = Pick<AuditEntry, 'resourceType' | 'resourceId' | 'action'>;

/** What an entry is about as the tables below name it; what leaves in an export is the filter of that list. */
const subjectOf = ({ resourceType, resourceId }: Subject): string =>
  resourceType === 'export' ? `export/${resourceId}` : resourceType;

const labelOf = (name: string, entry: Subject, say: Say): string =>
  name === 'action' && entry.resourceType === 'exception'
    ? say.label('auditDetail', 'resolvedBy')
    : say.label('auditDetail', name, name);

/** The names that a code has: by the act, by what the act is about, or the same wherever it stands. */
function groupOf(name: string, entry: Subject): Group | undefined {
  return CODES_OF_ACTS[entry.action]?.[name] ?? CODES_OF_SUBJECTS[subjectOf(entry)]?.[name] ?? CODE_GROUPS[name];
}

type Groups = Readonly<Record<string, Readonly<Record<string, Group | undefined>> | undefined>>;

const CODES_OF_ACTS: Groups = {
  exception_resolved: { action: 'exceptionAction' },
} satisfies Record<string, Record<string, Group>>;

const CODES_OF_SUBJECTS: Groups = {
  order: { status: 'orderStatus' },
  payment: { status: 'paymentStatus' },
  refund: { status: 'refundStatus' },
  exception: { kind: 'exceptionKind', status: 'auditCaseStatus' },
  job: { kind: 'jobKind' },
  'export/orders': { status: 'orderStatus' },
  'export/payments': { status: 'paymentStatus' },
  'export/refunds': { status: 'refundStatus' },
  'export/exceptions': { kind: 'exceptionKind', status: 'auditCaseStatus' },
  'export/audit': { action: 'auditAction', resourceType: 'auditResource' },
} satisfies Record<string, Record<string, Group>>;

/** Details that mean the same wherever they stand, and are codes of a group which has names for them. */
const CODE_GROUPS: Readonly<Record<string, Group | undefined>> = {
  cause: 'refundCause',
  change: 'inventoryChange',
  code: 'error',
  errorCode: 'error',
  fact: 'fact',
  haierStatus: 'haierStatus',
  method: 'paymentMethod',
  missing: 'auditEvidence',
  outcome: 'outcome',
  parts: 'auditPart',
  procedure: 'auditProcedure',
  products: 'auditPart',
  provider: 'provider',
  reason: 'auditReason',
  role: 'role',
  type: 'syncType',
  what: 'auditWhat',
} satisfies Record<string, Group>;

const ACTORS: ReadonlySet<string> = new Set(['requestedBy', 'approvedBy']);

/** Said first, in this order; the service keeps no order of its own. */
const FIRST: readonly string[] = [
  'orderNumber',
  'procedure',
  'message',
  'fact',
  'kind',
  'what',
  'from',
  'to',
  'fromFen',
  'toFen',
  'amountFen',
];

/** What tells most of an entry; the values explain themselves. */
const GIST: readonly string[] = [
  'procedure',
  'message',
  'kind',
  'action',
  'what',
  'amountFen',
  'payableFen',
  'method',
  'cause',
  'type',
  'parts',
  'name',
  'outcome',
  'lines',
  'purpose',
  'reason',
  'role',
  'source',
];

/** Told in columns of their own, or of use to nobody who skims. */
const BESIDE: ReadonlySet<string> = new Set(['orderNumber', 'requestId', 'adminId', 'fact']);

const placeOf = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

const isTold = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const isEnglishOf = (name: string, detail: AuditEntry['detail']): boolean =>
  name.endsWith('En') && name.slice(0, -2) in detail;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Whose states a move went between; undefined for what is no move. */
function machineOf({ action, resourceType, detail }: AuditEntry): Machine | undefined {
  if (!('fact' in detail)) return undefined;
  if (action.startsWith('haier_')) return 'haier';
  return (['order', 'payment', 'refund'] as const).find((name) => name === resourceType);
}
