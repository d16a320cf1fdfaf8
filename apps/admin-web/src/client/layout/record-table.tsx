import { Empty } from 'antd';
import type { HTMLAttributes, MouseEvent, ReactNode } from 'react';
import { useNarrowScreen } from './use-narrow-screen.ts';

export type RecordColumn<T> = {
  key: string;
  title: string;
  render: (record: T) => ReactNode;
  align?: 'right';
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
      {narrow ? <RecordCards {...props} /> : <RecordRows {...props} />}
    </div>
  );
}

function RecordRows<T>({ label, columns, records, ...row }: RecordTableProps<T>) {
  return (
    <table className="record-rows" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ key, title, align }) => (
            <th key={key} scope="col" className={align}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {records.map((record) => (
          <tr key={row.rowKey(record)} {...attributesOf(record, row)}>
            {columns.map(({ key, render, align }) => (
              <td key={key} className={align}>
                {render(record)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RecordCards<T>({ label, columns, records, ...row }: RecordTableProps<T>) {
  const [head, aside, ...rest] = columns;
  return (
    <ul className="record-cards" aria-label={label}>
      {records.map((record) => (
        <li key={row.rowKey(record)} {...attributesOf(record, row)}>
          <div className="record-card-head">
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

function attributesOf<T>(record: T, { testId, onOpen }: Pick<RecordTableProps<T>, 'testId' | 'onOpen'>) {
  const attributes: HTMLAttributes<HTMLElement> & { 'data-testid'?: string } = {};
  if (testId) attributes['data-testid'] = testId(record);
  if (onOpen) {
    attributes.className = 'openable';
    attributes.onClick = (event: MouseEvent) => {
      const onControl = (event.target as Element).closest('a, button') !== null;
      // Whoever marks text in a row wants to copy it, not to open it.
      if (!onControl && getSelection()?.isCollapsed !== false) onOpen(record);
    };
  }
  return attributes;
}
