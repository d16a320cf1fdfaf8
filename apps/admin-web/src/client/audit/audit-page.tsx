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
import type { RecordColumn } from '../layout/record-table.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar, FilterField } from '../paging/filter-bar.tsx';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { RecordList } from '../paging/record-list.tsx';
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
  const { cursor, limit } = address;
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
        <SearchFilter address={address} name="actor" label={t('audit.actor')} hint={t('audit.actorHint')} />
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
        <SearchFilter
          address={address}
          name="resourceId"
          label={t('audit.resourceId')}
          hint={t('orders.orderNumber')}
        />
        <DayRangeFilter address={address} label={t('audit.range')} />
      </FilterBar>
      <RecordList<AuditEntry>
        query={entries}
        address={address}
        label={t('audit.title')}
        columns={columns}
        sorting={sort.sorting}
        rowKey={({ id }) => id}
        testId={({ id }) => `audit-row-${id}`}
        onOpen={({ id }) => open(id)}
        empty={Object.keys(input).length > 0 ? t('audit.emptyFiltered') : t('audit.empty')}
      />
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
