import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import { ordersApi } from '../api/orders-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { useAge } from './exception-age.tsx';

type ExceptionCausesProps = {
  kind: ExceptionKind;
  chosen: string | undefined;
  refetchInterval: number;
  onChoose: (cause: string | null) => void;
};

/** What lies behind the cases of one queue: how many have the same cause, and how long the oldest has waited. */
export function ExceptionCauses({ kind, chosen, refetchInterval, onChoose }: ExceptionCausesProps) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const age = useAge();
  const causes = useQuery(ordersApi.exception.causes.queryOptions({ kind }, { refetchInterval }));
  const items = causes.data?.items ?? [];
  const isListed = chosen === undefined || items.some(({ cause }) => cause === chosen);
  // One cause says nothing that the queue does not say.
  if (items.length < 2 && chosen === undefined) return null;
  return (
    <div className="exception-causes" role="group" aria-label={t('exceptions.causes')} data-testid="exception-causes">
      {/* Its last case is settled, or it is none of the most frequent: it is still what the list is cut down to. */}
      {!isListed && causes.data && (
        <button
          type="button"
          className="cause"
          aria-pressed
          onClick={() => onChoose(null)}
          data-testid={`cause-${chosen}`}
        >
          <strong className="number">—</strong>
          <span className="cause-detail">{t('exceptions.chosenCause')}</span>
        </button>
      )}
      {items.map(({ cause, open, oldestAgeSeconds, ...texts }) => (
        <button
          type="button"
          key={cause}
          className="cause"
          aria-pressed={chosen === cause}
          onClick={() => onChoose(chosen === cause ? null : cause)}
          data-testid={`cause-${cause}`}
        >
          <strong className="number">{open}</strong>
          <span className="cause-detail">{staffText(texts.detail, texts.detailEn)}</span>
          <span className="secondary">{t('exceptions.oldest', { age: age(oldestAgeSeconds) })}</span>
        </button>
      ))}
    </div>
  );
}
