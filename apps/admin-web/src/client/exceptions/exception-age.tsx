import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { type Waiting, waitingOf } from './sla.ts';

const COLORS = { inTime: 'default', soon: 'orange', over: 'red' } as const satisfies Record<Waiting, string>;

/** How long a case has been waiting, with a word and a colour for whether that is too long. */
export function ExceptionAge({ item }: { item: Pick<ExceptionItem, 'kind' | 'ageSeconds'> }) {
  const { t } = useTranslation();
  const age = useAge();
  const waiting = waitingOf(item);
  return (
    <Tag color={COLORS[waiting]} className="exception-age" data-testid={`age-${waiting}`}>
      {t('exceptions.age', { age: age(item.ageSeconds), waiting: t(`exceptionWaiting.${waiting}`) })}
    </Tag>
  );
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An age in its two largest units: `3 d 4 h`. */
export function useAge(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    if (seconds < MINUTE) return t('exceptions.underMinute');
    if (seconds < HOUR) return t('exceptions.minutes', { minutes: Math.floor(seconds / MINUTE) });
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    if (seconds < DAY) return t('exceptions.hours', { hours: Math.floor(seconds / HOUR), minutes });
    return t('exceptions.days', { days: Math.floor(seconds / DAY), hours: Math.floor((seconds % DAY) / HOUR) });
  };
}
