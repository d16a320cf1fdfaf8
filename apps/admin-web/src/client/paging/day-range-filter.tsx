import CalendarOutlined from '@ant-design/icons/es/icons/CalendarOutlined';
import { Button } from 'antd';
// See search-filter.tsx.
import Input from 'antd/es/input/Input';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OnItsWay } from '../layout/on-demand.tsx';
import { useNarrowScreen } from '../layout/media-queries.ts';
import { fetched } from '../outage/fetch-part.ts';
import { FilterField } from './filter-bar.tsx';
import { dayIn } from './read-filter.ts';
import type { FilterableAddress } from './use-list-address.ts';

// A calendar is large and most visits never open one.
const DayRangePicker = fetched(() => import('./day-range-picker.tsx'));

export type DayRangeProps = {
  id: string;
  /** Days as they are counted in Beijing, `2026-11-21`. */
  from: string | undefined;
  to: string | undefined;
  onChange: (range: { from: string | null; to: string | null }) => void;
};

/** A filter by the days `from` and `to` of the address. */
export function DayRangeFilter({ address, label }: { address: FilterableAddress; label: string }) {
  const Range = useNarrowScreen() ? TwoDays : DayRangeButton;
  const { params, filter } = address;
  return (
    <FilterField label={label}>
      {(id) => <Range id={id} from={dayIn(params, 'from')} to={dayIn(params, 'to')} onChange={filter} />}
    </FilterField>
  );
}

/** On a phone its own calendar is the better one. */
function TwoDays({ id, from, to, onChange }: DayRangeProps) {
  const { t } = useTranslation();
  return (
    <div className="day-range-fields" data-testid="filter-created">
      <Input
        id={id}
        type="date"
        aria-label={t('filter.from')}
        value={from ?? ''}
        max={to}
        onChange={(event) => onChange({ from: event.target.value || null, to: to ?? null })}
      />
      <Input
        type="date"
        aria-label={t('filter.to')}
        value={to ?? ''}
        min={from}
        onChange={(event) => onChange({ from: from ?? null, to: event.target.value || null })}
      />
    </div>
  );
}

function DayRangeButton(props: DayRangeProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { id, from, to } = props;
  const button = (
    <Button
      id={id}
      block
      className="day-range-button"
      icon={<CalendarOutlined />}
      iconPlacement="end"
      loading={opened && { icon: <CalendarOutlined /> }}
      data-testid="filter-created"
      onClick={() => setOpened(true)}
    >
      {from || to ? `${from ?? '…'} – ${to ?? '…'}` : <span className="placeholder">{t('filter.any')}</span>}
    </Button>
  );
  return opened ? (
    <Suspense
      fallback={
        <>
          {button}
          <OnItsWay />
        </>
      }
    >
      <DayRangePicker {...props} />
    </Suspense>
  ) : (
    button
  );
}
