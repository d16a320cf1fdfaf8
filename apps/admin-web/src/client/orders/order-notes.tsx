import { useTranslation } from 'react-i18next';
import { useLabels } from '../i18n/use-labels.ts';
import { readNotes } from './read-notes.ts';

/** What the buyer wrote, and what staff wrote about it, each with who and when. */
export function OrderNotes({ notes }: { notes: string }) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  return (
    <ul className="order-notes" data-testid="order-notes">
      {readNotes(notes).map(({ text, at, by }, index) => (
        // Notes are only ever added at the end.
        <li key={index}>
          <span className="as-written">{text}</span>
          <span className="secondary">{by === undefined ? t('order.buyer') : `${actor(by)} · ${at}`}</span>
        </li>
      ))}
    </ul>
  );
}
