import { useTranslation } from 'react-i18next';
import type { Rate } from '@orderbridge/contracts/overview-api';
import { StateMark } from '../layout/state-mark.tsx';

/** Measures of health, each with its value, what it was measured on, and the thresholds it is judged by. */
export function RateCards({ rates }: { rates: readonly Rate[] }) {
  const { t } = useTranslation();
  const format = useRateFormat();
  return (
    <ul className="rate-cards">
      {rates.map((rate) => {
        const { name, value, unit, state, normal, alert, better, sampleSize, windowSeconds, fewSamples } = rate;
        return (
          <li key={name} data-testid={`rate-${name}`} data-state={state}>
            <span>{t(`rate.${name}`)}</span>
            <div className="measure-line">
              <strong className="number">{value === null ? '—' : format(value, unit)}</strong>
              <StateMark state={state} word={t(`rateState.${state}`)} />
            </div>
            <span className="secondary samples">
              <span>
                {windowSeconds < 3_600
                  ? t('overview.sampleMinutes', { count: sampleSize, minutes: Math.ceil(windowSeconds / 60) })
                  : t('overview.sampleHours', { count: sampleSize, hours: Math.round(windowSeconds / 3_600) })}
              </span>
              {fewSamples && (
                <span className="few-samples" title={t('overview.fewSamplesWhy')} data-testid={`rate-few-${name}`}>
                  {t('overview.fewSamples')}
                </span>
              )}
            </span>
            <span className="secondary thresholds">
              <span>
                {t('overview.normal', { threshold: `${better === 'more' ? '≥' : '≤'} ${format(normal, unit)}` })}
              </span>
              <span>
                {t('overview.alert', { threshold: `${better === 'more' ? '<' : '>'} ${format(alert, unit)}` })}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function useRateFormat(): (value: number, unit: Rate['unit']) => string {
  const { i18n } = useTranslation();
  const share = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 });
  const seconds = new Intl.NumberFormat(i18n.language, { style: 'unit', unit: 'second', maximumFractionDigits: 2 });
  return (value, unit) => (unit === 'share' ? share : seconds).format(value);
}
