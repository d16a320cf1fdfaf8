import type { ComponentProps } from 'react';
import { QueryView } from '../layout/query-view.tsx';
import { RecordTable } from '../layout/record-table.tsx';
import { KeysetPager } from './keyset-pager.tsx';
import type { ListAddress } from './use-list-address.ts';

type Page<T> = { items: readonly T[]; nextCursor: string | null };
type RecordListProps<T> = Omit<ComponentProps<typeof RecordTable<T>>, 'records' | 'loading'> & {
  /** Reads the page that the address names; until it is here, the one before may stand in for it. */
  query: ComponentProps<typeof QueryView<Page<T>>>['query'] & { isPlaceholderData: boolean };
  address: ListAddress;
};

/** One page of a list as a table, with the ways to the others below it. */
export function RecordList<T>({ query, address, ...table }: RecordListProps<T>) {
  const { isPlaceholderData } = query;
  return (
    <QueryView query={query}>
      {({ items, nextCursor }) => (
        <>
          <RecordTable<T> {...table} records={items} loading={isPlaceholderData} />
          <KeysetPager address={address} count={items.length} nextCursor={isPlaceholderData ? undefined : nextCursor} />
        </>
      )}
    </QueryView>
  );
}
