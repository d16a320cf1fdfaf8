import CloseOutlined from '@ant-design/icons/es/icons/CloseOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
// See search-filter.tsx.
import Input from 'antd/es/input/Input';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SavedView } from '@orderbridge/contracts/view-api';
import { VIEW_NAME_MAX, type ViewRoom } from '@orderbridge/contracts/view-rooms';
import { ordersApi } from '../api/orders-api.ts';
import { ProblemText } from '../layout/failure-notice.tsx';
import { useToast } from '../layout/toasts.tsx';
import { SORT_PARAM } from './list-sort.ts';
import { queryOf } from './view-query.ts';
import { applyChange, type ListAddress } from './use-list-address.ts';
import './saved-views.css';

type SavedViewsProps = {
  /** Whose views they are. */
  room: ViewRoom;
  address: ListAddress;
  /** Parameters of the address that make up a view, besides the sequence. */
  names: readonly string[];
  /** Views that everybody has; the first shows all. */
  defaults: readonly NamedFilters[];
};

/** Filters with a name; `query` is written the same for the same filters. */
export type NamedFilters = Pick<SavedView, 'name' | 'query'>;

/** Filters under a name, one click away: those everybody has, then one's own, wherever they were kept. */
export function SavedViews({ room, address, names: filters, defaults }: SavedViewsProps) {
  const { t } = useTranslation();
  const names = [...filters, SORT_PARAM];
  const { own, isRead, keep, remove } = useOwnViews(room);
  const [naming, setNaming] = useState(false);
  const current = queryOf(address.params, names);
  const isKnown = !isRead || [...defaults, ...own].some(({ query }) => sameQuery(query, current, names));
  const link = (view: NamedFilters) => (
    <Link
      className="chip"
      to={{ search: searchOf(view, address.params, names) }}
      aria-current={sameQuery(view.query, current, names) ? 'page' : undefined}
      data-testid={`view-${view.query || 'all'}`}
    >
      {view.name}
    </Link>
  );
  return (
    <nav className="saved-views" aria-label={t('views.label')} data-testid="saved-views">
      <ul>
        {defaults.map((view) => (
          <li key={view.name}>{link(view)}</li>
        ))}
        {own.map((view) => (
          <li key={`own ${view.name}`} className="own-view">
            {link(view)}
            <Button
              type="text"
              size="small"
              className="view-remove"
              icon={<CloseOutlined />}
              aria-label={t('views.remove', { name: view.name })}
              title={t('views.remove', { name: view.name })}
              loading={remove.isPending && remove.variables.name === view.name}
              onClick={() => remove.mutate({ room, name: view.name })}
            />
          </li>
        ))}
      </ul>
      {!isKnown && !naming && (
        <Button type="link" size="small" data-testid="view-save" onClick={() => setNaming(true)}>
          {t('views.save')}
        </Button>
      )}
      {naming && !isKnown && (
        <NameView
          onCancel={() => setNaming(false)}
          isKeeping={keep.isPending}
          onName={(name) => keep.mutate({ room, name, query: current }, { onSuccess: () => setNaming(false) })}
        />
      )}
    </nav>
  );
}

type NameViewProps = { isKeeping: boolean; onName: (name: string) => void; onCancel: () => void };

function NameView({ isKeeping, onName, onCancel }: NameViewProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  return (
    <form
      className="name-view"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') onName(name.trim());
      }}
    >
      <Input
        size="small"
        autoFocus
        maxLength={VIEW_NAME_MAX}
        aria-label={t('views.name')}
        placeholder={t('views.name')}
        value={name}
        data-testid="view-name"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      />
      <Button
        size="small"
        type="primary"
        htmlType="submit"
        disabled={name.trim() === ''}
        loading={isKeeping}
        data-testid="view-keep"
      >
        {t('views.keep')}
      </Button>
      <Button size="small" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
    </form>
  );
}

const sameQuery = (query: string, current: string, names: readonly string[]): boolean =>
  queryOf(new URLSearchParams(query), names) === current;

/** The address with these filters instead of those it has; the page size stays, the position does not. */
function searchOf({ query }: NamedFilters, params: URLSearchParams, names: readonly string[]): string {
  const wanted = new URLSearchParams(query);
  const change = Object.fromEntries(names.map((name) => [name, wanted.getAll(name)]));
  return applyChange(params, { ...change, cursor: null }).toString();
}

/** What the account has kept for a list. None while that is not known; the list itself says what is out of reach. */
function useOwnViews(room: ViewRoom) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const { data } = useQuery(ordersApi.view.list.queryOptions());
  const told = {
    // One after the other: each answer tells all there are.
    scope: { id: 'views' },
    onMutate: () => queryClient.cancelQueries(ordersApi.view.list.queryFilter()),
    onSuccess: (kept: { views: SavedView[] }) => queryClient.setQueryData(ordersApi.view.list.queryKey(), kept),
    onError: (error: unknown) => toast('error', <ProblemText error={error} />),
  };
  const keep = useMutation(ordersApi.view.keep.mutationOptions(told));
  const remove = useMutation(ordersApi.view.remove.mutationOptions(told));
  const own = data?.views.filter((view) => view.room === room) ?? [];
  return { own, isRead: data !== undefined, keep, remove };
}
