import { Empty } from 'antd';
import { type HTMLAttributes, memo, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nextWay, type RecordSorting, type Way } from '../paging/list-sort.ts';
import { SortChoice } from '../paging/sort-choice.tsx';
import { useNarrowScreen } from './media-queries.ts';

export type RecordColumn<T> = {
  key: string;
  title: string;
  render: (record: T) => ReactNode;
  align?: 'right';
};

export type RecordSelection<T> = {
  has: (record: T) => boolean;
  /** Which records can never be ticked; without it all can. */
  cannot?: (record: T) => boolean;
  /** Names the record for those who cannot see its row. */
  label: (record: T) => string;
  labelAll: string;
  onChange: (records: readonly T[], selected: boolean) => void;
};

type RecordTableProps<T> = {
  /** Names the table for those who cannot see it. */
  label: string;
  /** On a narrow screen a record is a card: the first column is its head, the second stands beside it. */
  columns: readonly RecordColumn<T>[];
  records: readonly T[];
  rowKey: (record: T) => string;
  testId?: (record: T) => string;
  /** Makes the whole row a mouse target; the row needs a link or button of its own for the keyboard. */
  onOpen?: (record: T) => void;
  /** Puts a box before every record. */
  selection?: RecordSelection<T>;
  /** Makes the heads of columns sort; cards have a choice instead. */
  sorting?: RecordSorting | undefined;
  /** Shows another page's records until those of this one are here. */
  loading?: boolean;
  empty: string;
};

/**
 * A dense table, or cards where a table would not fit. Plain elements in the theme's colours: antd's Table would be a
 * quarter of everything the order list loads, for features a keyset list has no use for.
 */
export function RecordTable<T>(props: RecordTableProps<T>) {
  const narrow = useNarrowScreen();
  if (props.records.length === 0) {
    return (
      <div className="records">
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={props.empty} />
      </div>
    );
  }
  return (
    <div className="records" aria-busy={props.loading ?? false}>
      {narrow && props.sorting && <CardSort columns={props.columns} sorting={props.sorting} />}
      {narrow ? <RecordCards {...props} /> : <RecordRows {...props} />}
    </div>
  );
}

function RecordRows<T>({ label, columns, records, selection, sorting, ...row }: RecordTableProps<T>) {
  return (
    <table className="record-rows" aria-label={label}>
      <thead>
        <tr>
          {selection && (
            <th scope="col" className="select-cell">
              <SelectAll records={records} selection={selection} />
            </th>
          )}
          {columns.map((column) => (
            <Heading key={column.key} column={column} sorting={sorting} />
          ))}
        </tr>
      </thead>
      <tbody>
        {records.map((record) => (
          <Row
            key={row.rowKey(record)}
            record={record}
            columns={columns}
            testId={row.testId?.(record)}
            onOpen={row.onOpen}
            {...(selection && boxOf(record, selection))}
          />
        ))}
      </tbody>
    </table>
  );
}

const ARROWS = { ascending: '↑', descending: '↓' };

/** The head of a column; a button where the records can be sorted by it. */
function Heading<T>({ column, sorting }: { column: RecordColumn<T>; sorting: RecordSorting | undefined }) {
  const { key, title, align } = column;
  const sorted = sorting?.current.column === key ? sorting.current.direction : undefined;
  const next = sorting && nextWay(sorting.ways, sorting.current, key);
  return (
    <th scope="col" className={align} aria-sort={sorted}>
      {next ? (
        <button type="button" className="sort-button" data-testid={`sort-${key}`} onClick={() => sorting.onSort(next)}>
          {title}
          <span aria-hidden className={sorted ? 'sort-arrow' : 'sort-arrow idle'}>
            {ARROWS[sorted ?? next.direction]}
          </span>
        </button>
      ) : (
        title
      )}
    </th>
  );
}

type CardSortProps<T> = { columns: readonly RecordColumn<T>[]; sorting: RecordSorting };

function CardSort<T>({ columns, sorting: { current, ways, onSort } }: CardSortProps<T>) {
  const { t } = useTranslation();
  const nameOf = ({ column, direction }: Way) => `${column} ${direction}`;
  const titleOf = ({ column }: Way) => columns.find(({ key }) => key === column)?.title ?? column;
  return (
    <div className="card-sort">
      <SortChoice
        value={nameOf(current)}
        options={ways.map((way) => ({
          value: nameOf(way),
          label: t(`paging.${way.direction}`, { column: titleOf(way) }),
        }))}
        onChange={(name) => onSort(ways.find((way) => nameOf(way) === name) ?? current)}
      />
    </div>
  );
}

type RowProps<T> = Partial<BoxProps<T>> & {
  record: T;
  columns: readonly RecordColumn<T>[];
  testId: string | undefined;
  onOpen: ((record: T) => void) | undefined;
};

/** Rendered again only when something of it changed: ticking one of 500 orders leaves the others alone. */
const Row = memo(function Row<T>({ record, columns, testId, onOpen, onSelect, ...box }: RowProps<T>) {
  return (
    <tr {...attributesOf(record, testId, onOpen)}>
      {onSelect && (
        <td className="select-cell">
          <SelectOne record={record} onSelect={onSelect} {...box} />
        </td>
      )}
      {columns.map(({ key, render, align }) => (
        <td key={key} className={align}>
          {render(record)}
        </td>
      ))}
    </tr>
  );
}) as <T>(props: RowProps<T>) => ReactNode;

function RecordCards<T>({ label, columns, records, selection, ...row }: RecordTableProps<T>) {
  const [head, aside, ...rest] = columns;
  return (
    <ul className="record-cards" aria-label={label}>
      {records.map((record) => (
        <li key={row.rowKey(record)} {...attributesOf(record, row.testId?.(record), row.onOpen)}>
          <div className="record-card-head">
            {selection && <SelectOne record={record} {...boxOf(record, selection)} />}
            {head?.render(record)}
            {aside?.render(record)}
          </div>
          <dl>
            {rest.map(({ key, title, render }) => (
              <div key={key}>
                <dt>{title}</dt>
                <dd>{render(record)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

type BoxProps<T> = {
  checked: boolean;
  boxLabel: string;
  disabled: boolean;
  onSelect: RecordSelection<T>['onChange'];
};

const boxOf = <T,>(record: T, { has, label, cannot, onChange }: RecordSelection<T>): BoxProps<T> => ({
  checked: has(record),
  boxLabel: label(record),
  disabled: cannot?.(record) ?? false,
  onSelect: onChange,
});

function SelectOne<T>({ record, checked, boxLabel, disabled, onSelect }: Partial<BoxProps<T>> & { record: T }) {
  return (
    <input
      type="checkbox"
      className="select-box"
      aria-label={boxLabel}
      checked={checked}
      disabled={disabled}
      onChange={({ target }) => onSelect?.([record], target.checked)}
    />
  );
}

function SelectAll<T>({ records, selection }: { records: readonly T[]; selection: RecordSelection<T> }) {
  const open = records.filter((record) => !selection.cannot?.(record));
  const selected = open.filter(selection.has).length;
  return (
    <input
      type="checkbox"
      className="select-box"
      aria-label={selection.labelAll}
      data-testid="select-all"
      checked={open.length > 0 && selected === open.length}
      disabled={open.length === 0}
      ref={(box) => {
        if (box) box.indeterminate = selected > 0 && selected < open.length;
      }}
      onChange={({ target }) => selection.onChange(open, target.checked)}
    />
  );
}

function attributesOf<T>(record: T, testId: string | undefined, onOpen: ((record: T) => void) | undefined) {
  const attributes: HTMLAttributes<HTMLElement> & { 'data-testid'?: string } = {};
  if (testId) attributes['data-testid'] = testId;
  if (onOpen) {
    attributes.className = 'openable';
    attributes.onClick = (event: MouseEvent) => {
      const target = event.target as Element;
      // What is clicked in a dialog that a cell has opened comes here too, though it lies elsewhere on the page.
      if (!event.currentTarget.contains(target) || target.closest('a, button, input') !== null) return;
      // Whoever marks text in a row wants to copy it, not to open it.
      if (getSelection()?.isCollapsed !== false) onOpen(record);
    };
  }
  return attributes;
}
