import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
// The package's Input brings text areas, one-time codes and more.
import Input from 'antd/es/input/Input';
import { useEffect, useRef, useState } from 'react';
import { FilterField } from './filter-bar.tsx';
import type { FilterableAddress } from './use-list-address.ts';

const PAUSE_MS = 350;

type SearchFilterProps = {
  address: FilterableAddress;
  /** Its parameter in the address. */
  name: string;
  label: string;
  hint: string;
  wide?: boolean;
};

/** A filter by a text. It stands as it was typed, also while it is not yet what is looked for. */
export function SearchFilter({ address, name, label, hint, wide = false }: SearchFilterProps) {
  return (
    <FilterField label={label} wide={wide}>
      {(id) => (
        <SearchBox
          id={id}
          value={address.params.get(name) ?? ''}
          placeholder={hint}
          testId={`filter-${name}`}
          onChange={(text) => address.filter({ [name]: text }, { replace: true })}
        />
      )}
    </FilterField>
  );
}

type SearchBoxProps = {
  id: string;
  value: string;
  placeholder: string;
  testId: string;
  /** Called once typing pauses, with the text trimmed. */
  onChange: (text: string) => void;
};

function SearchBox({ id, value, placeholder, testId, onChange }: SearchBoxProps) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value.trim());

  // The address may change under us: back button, reset.
  useEffect(() => {
    if (value.trim() === told.current) return;
    told.current = value.trim();
    setTyped(value);
  }, [value]);

  useEffect(() => {
    const text = typed.trim();
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, onChange]);

  return (
    <Input
      id={id}
      allowClear
      maxLength={100}
      prefix={<SearchOutlined className="secondary" />}
      placeholder={placeholder}
      data-testid={testId}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
