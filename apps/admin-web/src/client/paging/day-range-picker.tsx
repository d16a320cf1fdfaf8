import { DatePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
// antd asks dayjs for the names of days and months by language.
import 'dayjs/locale/zh-cn';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../format/beijing-time.ts';
import type { DayRangeProps } from './day-range-filter.tsx';

const DAY = 'YYYY-MM-DD';

/** The picker's own zone never matters, because only the day is read. */
export default function DayRangePicker({ id, from, to, onChange }: DayRangeProps) {
  const { t } = useTranslation();
  const [today] = useState(() => dayjs(formatDay(new Date())));
  return (
    <DatePicker.RangePicker
      id={{ start: id, end: `${id}-end` }}
      data-testid="filter-created"
      autoFocus
      defaultOpen
      allowEmpty={[true, true]}
      value={[dayOf(from), dayOf(to)]}
      placeholder={[t('filter.from'), t('filter.to')]}
      presets={[
        { label: t('filter.today'), value: [today, today] },
        { label: t('filter.lastSevenDays'), value: [today.subtract(6, 'day'), today] },
        { label: t('filter.lastThirtyDays'), value: [today.subtract(29, 'day'), today] },
      ]}
      onChange={(range) => onChange({ from: textOf(range?.[0]), to: textOf(range?.[1]) })}
    />
  );
}

const dayOf = (text: string | undefined): Dayjs | null => (text === undefined ? null : dayjs(text, DAY));
const textOf = (day: Dayjs | null | undefined): string | null => day?.format(DAY) ?? null;
