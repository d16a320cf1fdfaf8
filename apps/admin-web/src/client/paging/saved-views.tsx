import CloseOutlined from '@ant-design/icons/es/icons/CloseOutlined';
import { Button } from 'antd';
// See search-filter.tsx.
import Input from 'antd/es/input/Input';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { keptText, keepText } from '../session/remembered-choice.ts';
import { useSession } from '../session/session-guard.tsx';
import { SORT_PARAM } from './list-sort.ts';
import { NAME_MAX, queryOf, readViews, type SavedView, withView } from './saved-view-list.ts';
import { applyChange, type useListAddress } from './use-list-address.ts';
import './saved-views.css';

type SavedViewsProps = {
  /** Whose views they are, in the browser's memory: `orders`, `callbacks`. */
  room: string;
  address: ReturnType<typeof useListAddress>;
  /** Parameters of the address that make up a view, besides the sequence. */
  names: readonly string[];
  /** Views that everybody has; the first shows all. */
  defaults: readonly SavedView[];
};

/** Filters under a name, one click away: those everybody has, then one's own, which this browser keeps. */
export function SavedViews({ room, address, names: filters, defaults }: SavedViewsProps) {
  const { t } = useTranslation();
  const names = [...filters, SORT_PARAM];
  const [own, setOwn] = useOwnViews(room);
  const [naming, setNaming] = useState(false);
  const current = queryOf(address.params, names);
  const isKnown = [...defaults, ...own].some(({ query }) => sameQuery(query, current, names));
  const link = (view: SavedView) => (
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
              onClick={() => setOwn(own.filter(({ name }) => name !== view.name))}
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
          onName={(name) => {
            setOwn(withView(own, { name, query: current }));
            setNaming(false);
          }}
        />
      )}
    </nav>
  );
}

function NameView({ onName, onCancel }: { onName: (name: string) => void; onCancel: () => void }) {
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
        maxLength={NAME_MAX}
        aria-label={t('views.name')}
        placeholder={t('views.name')}
        value={name}
        data-testid="view-name"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      />
      <Button size="small" type="primary" htmlType="submit" disabled={name.trim() === ''} data-testid="view-keep">
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
function searchOf({ query }: SavedView, params: URLSearchParams, names: readonly string[]): string {
  const wanted = new URLSearchParams(query);
  const change = Object.fromEntries(names.map((name) => [name, wanted.getAll(name)]));
  return applyChange(params, { ...change, cursor: null }).toString();
}

function useOwnViews(room: string): [readonly SavedView[], (views: readonly SavedView[]) => void] {
  const { username } = useSession();
  const key = `views.${room}.${username}`;
  const [views, setViews] = useState<readonly SavedView[]>(() => readViews(keptText(key)));
  const keep = (next: readonly SavedView[]) => {
    setViews(next);
    keepText(key, JSON.stringify(next));
  };
  return [views, keep];
}
