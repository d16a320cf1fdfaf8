import { useTranslation } from 'react-i18next';
import type { exceptionApi, ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { z } from 'zod';
import { useLabels } from '../i18n/use-labels.ts';
import { useAge } from './exception-age.tsx';
import { EXCEPTION_KIND_NAMES, waitingOf } from './sla.ts';

type Summary = z.output<typeof exceptionApi.summary.output>;
type ExceptionQueuesProps = {
  summary: Summary;
  chosen: ExceptionKind | undefined;
  onChoose: (kind: ExceptionKind | null) => void;
};

/** A queue for each kind that has open cases, the most pressing first: how many, and how long the oldest has waited. */
export function ExceptionQueues({ summary, chosen, onChoose }: ExceptionQueuesProps) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const age = useAge();
  const shown = summary.kinds.toSorted((a, b) => rankOf(a.kind) - rankOf(b.kind));
  return (
    <div className="exception-queues" role="group" aria-label={t('exceptions.queues')} data-testid="exception-queues">
      <button
        type="button"
        className="queue"
        aria-pressed={chosen === undefined}
        onClick={() => onChoose(null)}
        data-testid="queue-all"
      >
        <span>{t('exceptions.all')}</span>
        <strong className="number">{summary.open}</strong>
      </button>
      {shown.map(({ kind, open, oldestAgeSeconds }) => {
        const waiting = waitingOf({ kind, ageSeconds: oldestAgeSeconds });
        return (
          <button
            type="button"
            key={kind}
            className="queue"
            aria-pressed={chosen === kind}
            onClick={() => onChoose(chosen === kind ? null : kind)}
            data-testid={`queue-${kind}`}
          >
            <span>{label('exceptionKind', kind)}</span>
            <strong className="number">{open}</strong>
            <span className={`queue-age ${waiting}`}>
              {t('exceptions.age', { age: age(oldestAgeSeconds), waiting: t(`exceptionWaiting.${waiting}`) })}
            </span>
          </button>
        );
      })}
    </div>
  );
}

const rankOf = (kind: ExceptionKind): number => {
  const rank = EXCEPTION_KIND_NAMES.indexOf(kind);
  return rank < 0 ? EXCEPTION_KIND_NAMES.length : rank;
};
