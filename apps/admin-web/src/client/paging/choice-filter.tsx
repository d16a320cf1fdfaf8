import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { FilterField } from './filter-bar.tsx';

type Choice<T extends string> = { value: T; label: string };
type FilterProps<T extends string> = { label: string; options: Choice<T>[]; testId: string };

/** A filter of one choice; null when it is taken away. */
export function ChoiceFilter<T extends string>({
  label,
  value,
  options,
  testId,
  onChange,
}: FilterProps<T> & { value: T | undefined; onChange: (value: T | null) => void }) {
  const { t } = useTranslation();
  return (
    <FilterField label={label}>
      {(id) => (
        <Select<T | null, Choice<T>>
          id={id}
          allowClear
          placeholder={t('filter.any')}
          data-testid={testId}
          value={value ?? null}
          options={options}
          onChange={(chosen) => onChange(chosen ?? null)}
        />
      )}
    </FilterField>
  );
}

/** A filter of several choices, found by typing a part of their names. */
export function ChoicesFilter<T extends string>({
  label,
  wide = false,
  value,
  options,
  testId,
  onChange,
}: FilterProps<T> & { wide?: boolean; value: T[]; onChange: (value: T[]) => void }) {
  const { t } = useTranslation();
  return (
    <FilterField label={label} wide={wide}>
      {(id) => (
        <Select<T[], Choice<T>>
          id={id}
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          placeholder={t('filter.any')}
          data-testid={testId}
          value={value}
          options={options}
          optionFilterProp="label"
          onChange={onChange}
        />
      )}
    </FilterField>
  );
}
