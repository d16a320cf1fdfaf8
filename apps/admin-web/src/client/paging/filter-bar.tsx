import FilterOutlined from '@ant-design/icons/es/icons/FilterOutlined';
import { Button } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrowScreen } from '../layout/media-queries.ts';
import type { FilterableAddress } from './use-list-address.ts';

type FilterBarProps = {
  address: FilterableAddress;
  /** Parameters of the address that the filters of this bar set. */
  names: readonly string[];
  children: ReactNode;
};

/** Filters of a list in one row; on a narrow screen they wait behind a button. */
export function FilterBar({ address, names, children }: FilterBarProps) {
  const { t } = useTranslation();
  const narrow = useNarrowScreen();
  const [opened, setOpened] = useState(false);
  const id = useId();
  const active = names.filter((name) => address.params.has(name)).length;
  const shown = !narrow || opened;
  return (
    <section className="filter-bar" aria-label={t('filter.label')}>
      {narrow && (
        <Button
          icon={<FilterOutlined />}
          aria-expanded={shown}
          aria-controls={id}
          data-testid="filter-toggle"
          onClick={() => setOpened(!opened)}
        >
          {active > 0 ? t('filter.showActive', { count: active }) : t('filter.show')}
        </Button>
      )}
      <div className="filter-fields" id={id} hidden={!shown}>
        {children}
        <Button
          type="link"
          className="filter-reset"
          disabled={active === 0}
          data-testid="filter-reset"
          onClick={() => address.filter(Object.fromEntries(names.map((name) => [name, null])))}
        >
          {t('filter.reset')}
        </Button>
      </div>
    </section>
  );
}

/** A filter with its label; the child gets the id that ties the two. */
export function FilterField({
  label,
  wide = false,
  children,
}: {
  label: string;
  wide?: boolean;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={wide ? 'filter-field wide' : 'filter-field'}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
