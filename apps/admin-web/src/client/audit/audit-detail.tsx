import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import { formatFen } from '../format/money.ts';
import { useLabels } from '../i18n/use-labels.ts';
import type { Translation } from '../locales/zh-CN.ts';

/** Details that are codes of a group which has names for them. */
const CODE_GROUPS: Readonly<Record<string, keyof Translation>> = {
  action: 'exceptionAction',
  cause: 'refundCause',
  change: 'inventoryChange',
  fact: 'fact',
  kind: 'exceptionKind',
  method: 'paymentMethod',
  outcome: 'outcome',
  role: 'role',
} satisfies Partial<Record<keyof Translation['auditDetail'], keyof Translation>>;

/** What an entry tells besides: names, sums and codes in words, everything else as it was written. */
export function AuditDetail({ entry }: { entry: AuditEntry }) {
  const { actor, label, state } = useLabels();
  const machine = machineOf(entry);
  const valueOf = (name: string, value: unknown): string => {
    if (typeof value === 'number' && name.endsWith('Fen')) return formatFen(value);
    if (typeof value !== 'string') return JSON.stringify(value);
    if (name === 'requestedBy') return actor(value);
    if (machine && (name === 'from' || name === 'to')) return state(machine, value);
    const group = CODE_GROUPS[name];
    return group ? label(group, value, value) : value;
  };
  const facts = Object.entries(entry.detail).toSorted(([one], [other]) => placeOf(one) - placeOf(other));
  if (facts.length === 0) return '—';
  return (
    <ul className="audit-detail">
      {facts.map(([name, value]) => (
        <li key={name}>
          <span className="secondary" title={name}>
            {label('auditDetail', name, name)}
          </span>
          <span>{valueOf(name, value)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Said first, in this order; the service keeps no order of its own. */
const FIRST: readonly string[] = ['orderNumber', 'fact', 'kind', 'from', 'to', 'fromFen', 'toFen', 'amountFen'];

const placeOf = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

/** Whose states a move went between; undefined for what is no move. */
function machineOf({ action, resourceType, detail }: AuditEntry) {
  if (!('fact' in detail)) return undefined;
  if (action.startsWith('haier_')) return 'haier';
  return (['order', 'payment', 'refund'] as const).find((name) => name === resourceType);
}
