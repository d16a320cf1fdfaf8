import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

type SortChoiceProps<T extends string> = {
  /** Ties it to a label; without one it names itself. */
  id?: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
};

/** The sequence of a list that has no heads of columns to press. */
export function SortChoice<T extends string>({ id, value, options, onChange }: SortChoiceProps<T>) {
  const { t } = useTranslation();
  return (
    <Select<T>
      {...(id === undefined ? { 'aria-label': t('paging.sort') } : { id })}
      data-testid="sort-choice"
      popupMatchSelectWidth={false}
      value={value}
      options={options}
      onChange={onChange}
    />
  );
}
