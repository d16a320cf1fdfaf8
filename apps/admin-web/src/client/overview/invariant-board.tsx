import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { Invariant } from '@orderbridge/contracts/overview-api';
import { StateMark } from '../layout/state-mark.tsx';

/** The rules that never break, with the figures that prove it. */
export function InvariantBoard({ invariants }: { invariants: readonly Invariant[] }) {
  const { t } = useTranslation();
  return (
    <ul className="invariants">
      {invariants.map(({ name, holds, unit, total, parts, broken }) => {
        const format = unit === 'fen' ? formatFen : String;
        return (
          <li key={name} data-testid={`invariant-${name}`} data-holds={holds}>
            <span>{t(`invariant.${name}`)}</span>
            <div className="measure-line">
              <strong className="number">{format(total)}</strong>
              <StateMark
                state={holds ? 'ok' : 'alert'}
                word={holds ? t('overview.holds') : t('overview.broken', { count: broken })}
              />
            </div>
            <dl>
              {parts.map(({ name: part, value }) => (
                <div key={part}>
                  <dt>{t(`invariantPart.${part}`)}</dt>
                  <dd className="number">{format(value)}</dd>
                </div>
              ))}
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
