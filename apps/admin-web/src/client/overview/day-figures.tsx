import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { formatCount } from '../format/count.ts';

const FIGURES = ['placed', 'paid', 'cancelled', 'completed', 'takenFen', 'refundedFen'] as const;

/** Today in six figures, each beside yesterday at this time of day and yesterday as a whole. */
export function DayFigures({
  today,
  yesterday,
  yesterdaySoFar,
}: Pick<OrdersOverview, 'today' | 'yesterday' | 'yesterdaySoFar'>) {
  const { t } = useTranslation();
  return (
    <dl className="day-figures" aria-label={t('overview.today')}>
      {FIGURES.map((figure) => {
        const format = figure.endsWith('Fen') ? formatFen : formatCount;
        return (
          <div key={figure} data-testid={`overview-figure-${figure}`}>
            <dt>{t(`dayFigure.${figure}`)}</dt>
            <dd>
              <strong className="number">{format(today[figure])}</strong>
              <span className="secondary compared">
                <span>{t('overview.yesterdaySoFar')}</span>
                <span className="number">{format(yesterdaySoFar[figure])}</span>
              </span>
              <span className="secondary compared">
                <span>{t('overview.yesterday')}</span>
                <span className="number">{format(yesterday[figure])}</span>
              </span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
