import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { auditApi, AuditEntry } from '@orderbridge/contracts/audit-api';
import { ordersApi } from '../api/orders-api.ts';
import { formatInstant } from '../format/beijing-time.ts';
import { ExportList } from '../exports/export-list.tsx';
import { useLabels } from '../i18n/use-labels.ts';
import { OrderLink } from '../layout/order-link.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar, FilterField } from '../paging/filter-bar.tsx';
import { KeysetPager } from '../paging/keyset-pager.tsx';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { SavedViews } from '../paging/saved-views.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { AUDIT_ACTIONS } from './audit-actions.ts';
import { AuditDrawer, ENTRY_PARAM } from './audit-drawer.tsx';
import { AUDIT_FILTER_NAMES, auditListInput } from './audit-filter.ts';
import { auditSummary, shortId, subjectAddress } from './describe-audit.ts';
import { useAuditWords } from './use-audit-words.ts';
import { VerifyChain } from './verify-chain.tsx';
import './audit.css';

const SORTS = timeSorts('at') satisfies ListSorts<SortOf<typeof auditApi.list>>;

export default function AuditPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const input = auditListInput(address.params);
  const { cursor, limit, params } = address;
  const sort = useListSort(address, SORTS, 'newest');
  const entries = useQuery(
    ordersApi.audit.list.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const columns = useColumns();
  const [, open] = useOpenRecord(ENTRY_PARAM);
  usePageTitle(t('audit.title'));
  const search = (name: 'actor' | 'resourceId', label: string, hint: string) => (
    <FilterField label={label}>
      {(id) => (
        <SearchFilter
          id={id}
          value={params.get(name) ?? ''}
          placeholder={hint}
          testId={`filter-${name}`}
          onChange={(text) => address.filter({ [name]: text }, { replace: true })}
        />
      )}
    </FilterField>
  );

  return (
    <div data-testid="audit-page">
      <header className="room-head">
        <h1>{t('audit.title')}</h1>
        <ExportList list="audit" filters={input} />
      </header>
      <p className="secondary room-lead">{t('audit.lead')}</p>
      <VerifyChain />
      <SavedViews
        room="audit"
        address={address}
        names={AUDIT_FILTER_NAMES}
        defaults={[
          { name: t('views.all'), query: '' },
          { name: t('auditAction.admin_action_refused'), query: 'action=admin_action_refused' },
          { name: t('auditAction.personal_data_revealed'), query: 'action=personal_data_revealed' },
          { name: t('auditAction.refund_approved'), query: 'action=refund_approved' },
        ]}
      />
      <FilterBar address={address} names={AUDIT_FILTER_NAMES}>
        {search('actor', t('audit.actor'), t('audit.actorHint'))}
        <FilterField label={t('audit.action')}>
          {(id) => (
            <Select
              id={id}
              allowClear
              showSearch
              placeholder={t('filter.any')}
              data-testid="filter-action"
              value={input.action ?? null}
              options={AUDIT_ACTIONS.map((value) => ({ value, label: t(`auditAction.${value}`) }))}
              optionFilterProp="label"
              popupMatchSelectWidth={false}
              onChange={(action) => address.filter({ action: action ?? null })}
            />
          )}
        </FilterField>
        {search('resourceId', t('audit.resourceId'), t('orders.orderNumber'))}
        <FilterField label={t('audit.range')}>
          {(id) => (
            <DayRangeFilter
              id={id}
              from={params.get('from') ?? undefined}
              to={params.get('to') ?? undefined}
              onChange={(range) => address.filter(range)}
            />
          )}
        </FilterField>
      </FilterBar>
      <QueryView query={entries}>
        {({ items, nextCursor }) => (
          <>
            <RecordTable<AuditEntry>
              label={t('audit.title')}
              columns={columns}
              sorting={sort.sorting}
              records={items}
              rowKey={({ id }) => id}
              testId={({ id }) => `audit-row-${id}`}
              onOpen={({ id }) => open(id)}
              loading={entries.isPlaceholderData}
              empty={Object.keys(input).length > 0 ? t('audit.emptyFiltered') : t('audit.empty')}
            />
            <KeysetPager
              address={address}
              count={items.length}
              nextCursor={entries.isPlaceholderData ? undefined : nextCursor}
            />
          </>
        )}
      </QueryView>
      <AuditDrawer />
    </div>
  );
}

function useColumns(): RecordColumn<AuditEntry>[] {
  const { t } = useTranslation();
  const { actor, label } = useLabels();
  const say = useAuditWords();
  const [, open] = useOpenRecord(ENTRY_PARAM);
  return [
    {
      key: 'at',
      title: t('audit.at'),
      render: ({ id, at }) => (
        <Button
          type="link"
          className="cell-button number"
          aria-label={t('audit.open', { time: formatInstant(at) })}
          data-testid={`audit-open-${id}`}
          onClick={() => open(id)}
        >
          {formatInstant(at)}
        </Button>
      ),
    },
    {
      key: 'action',
      title: t('audit.action'),
      render: ({ action }) => (
        <span className="nowrap" title={action}>
          {label('auditAction', action)}
        </span>
      ),
    },
    {
      key: 'actor',
      title: t('audit.actor'),
      render: ({ actor: by }) => (
        <span className="clipped short" title={by}>
          {actor(by)}
        </span>
      ),
    },
    { key: 'resource', title: t('audit.resource'), render: (entry) => <Subject entry={entry} /> },
    { key: 'order', title: t('orders.orderNumber'), render: (entry) => <OrderLink number={orderOf(entry)} /> },
    {
      key: 'detail',
      title: t('audit.detail'),
      render: (entry) => {
        const summary = auditSummary(entry, say) || '—';
        return (
          <span className="clipped audit-gist" title={summary} data-testid={`audit-summary-${entry.id}`}>
            {summary}
          </span>
        );
      },
    },
  ];
}

/** The order that an entry belongs to. */
const orderOf = ({ resourceType, resourceId, detail }: AuditEntry): string | null =>
  resourceType === 'order' && resourceId !== '-'
    ? resourceId
    : typeof detail.orderNumber === 'string'
      ? detail.orderNumber
      : null;

function Subject({ entry }: { entry: AuditEntry }) {
  const { label } = useLabels();
  const { resourceType, resourceId } = entry;
  const kind = label('auditResource', resourceType);
  // Its number has a column of its own.
  if (resourceType === 'order' || resourceId === '-') return <span className="secondary">{kind}</span>;
  const to = subjectAddress(entry);
  const id = resourceType === 'export' ? label('auditWhat', resourceId, resourceId) : shortId(resourceId);
  return (
    <span className="nowrap">
      <span className="secondary">{kind}</span>{' '}
      {to ? (
        <Link to={to} className="number" title={resourceId} data-testid={`audit-subject-${entry.id}`}>
          {id}
        </Link>
      ) : (
        <span className="number" title={resourceId}>
          {id}
        </span>
      )}
    </span>
  );
}
