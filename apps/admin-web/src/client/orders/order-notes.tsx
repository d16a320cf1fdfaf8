import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { useLabels } from '../i18n/use-labels.ts';
import { Moment } from '../layout/moment.tsx';

/** What the buyer wrote, and what staff wrote about it, each with who and when. */
export function OrderNotes({ notes }: Pick<OrderView, 'notes'>) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  return (
    <ul className="order-notes" data-testid="order-notes">
      {notes.map(({ text, at, by }, index) => (
        // Notes are only ever added at the end.
        <li key={index}>
          <span className="as-written">{text}</span>
          <span className="secondary">
            {by === null ? t('order.buyer') : actor(by)}
            {at !== null && (
              <>
                {' · '}
                <Moment at={at} toMinute />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
