import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PaymentSheet } from '@orderbridge/contracts/orders-api';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Moment } from '../layout/moment.tsx';

/** What happened to a payment or refund, the latest first. */
export function MoneyMoves({ moves, empty }: { moves: PaymentSheet['history']; empty: string }) {
  const { t } = useTranslation();
  const { state, fact, actor } = useLabels();
  const staffText = useStaffText();
  return (
    <section data-testid="money-moves">
      <h2>{t('payments.moves')}</h2>
      {moves.length === 0 ? (
        <p className="secondary">{empty}</p>
      ) : (
        <ol className="money-moves">
          {moves.toReversed().map(({ id, machine, from, to, note, noteEn, at, by, callbackId, ...move }) => (
            <li key={id}>
              <strong>{fact(move.fact)}</strong>
              {from !== to && <span>{`${state(machine, from)} → ${state(machine, to)}`}</span>}
              {note !== null && note !== '' && <span className="as-written">{staffText(note, noteEn)}</span>}
              <span className="secondary">
                <Moment at={at} /> · {actor(by)}
                {callbackId !== null && (
                  <>
                    {' · '}
                    <Link to={`/callbacks?callback=${callbackId}`}>{t('order.seeCallback')}</Link>
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
