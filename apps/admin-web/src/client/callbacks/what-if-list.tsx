import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { WhatIf } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { partsOf, useFieldWords } from '../i18n/use-field-words.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { QueryView } from '../layout/query-view.tsx';
import { OutcomeTag } from './outcome-tag.tsx';
import './callbacks.css';

/** What replaying a callback would change now; asked of the service each time, because the order moves on. */
export function WhatIfOf({ id }: { id: string }) {
  const { t } = useTranslation();
  const whatIf = useQuery(ordersApi.callback.whatIf.queryOptions({ id }, { staleTime: 0, gcTime: 0 }));
  return (
    <section className="what-if" aria-label={t('whatIf.title')} data-testid="what-if">
      <h3>{t('whatIf.title')}</h3>
      <QueryView query={whatIf}>{(view) => <WhatIfList whatIf={view} />}</QueryView>
    </section>
  );
}

/** The changes that a replay would make, one line each. */
function WhatIfList({ whatIf }: { whatIf: WhatIf }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const changes = useChanges(whatIf);
  return (
    <>
      <p className="what-if-outcome">
        <OutcomeTag outcome={whatIf.outcome} /> {staffText(whatIf.detail, whatIf.detailEn)}
      </p>
      {changes.length === 0 ? (
        <p className="secondary">{t('whatIf.nothing')}</p>
      ) : (
        <ul>
          {changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function useChanges({ moves, fields, refunds, stock, exceptions }: WhatIf): string[] {
  const { t } = useTranslation();
  const { label, state, fact } = useLabels();
  const words = useFieldWords();
  const staffText = useStaffText();
  return [
    ...moves.map((move) =>
      t('whatIf.move', {
        machine: t(`machine.${move.machine}`),
        from: state(move.machine, move.from),
        to: state(move.machine, move.to),
        fact: fact(move.fact),
      }),
    ),
    ...fields.flatMap(({ field, from, to }) => {
      if (SAID_BY_MOVES.has(partsOf(field).name)) return [];
      return t('whatIf.field', {
        field: words.name(field),
        from: words.value(field, from),
        to: words.value(field, to),
      });
    }),
    ...refunds.map(({ amountFen, cause, reason, reasonEn }) =>
      t('whatIf.refund', {
        amount: formatFen(amountFen),
        cause: label('refundCause', cause),
        reason: staffText(reason, reasonEn),
      }),
    ),
    ...stock.map(({ productCode, quantity }) => t('whatIf.stock', { product: productCode, count: quantity })),
    ...exceptions.map(({ kind, detail, detailEn }) =>
      t('whatIf.exception', { kind: label('exceptionKind', kind), detail: staffText(detail, detailEn) }),
    ),
  ];
}

/** The states, whose moves are told beside, and what only we count by. */
const SAID_BY_MOVES: ReadonlySet<string> = new Set(['status', 'haierStatus', 'haierRound']);
