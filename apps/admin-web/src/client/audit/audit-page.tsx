import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import { ordersApi } from '../api/orders-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar, FilterField } from '../paging/filter-bar.tsx';
import { KeysetPager } from '../paging/keyset-pager.tsx';
import { SavedViews } from '../paging/saved-views.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { AUDIT_ACTIONS } from './audit-actions.ts';
import { AuditDetail } from './audit-detail.tsx';
import { AUDIT_FILTER_NAMES, auditListInput } from './audit-filter.ts';
import { VerifyChain } from './verify-chain.tsx';
import './audit.css';

export default function AuditPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const input = auditListInput(address.params);
  const { cursor, limit, params } = address;
  const entries = useQuery(
    ordersApi.audit.list.queryOptions(
      { ...input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const columns = useColumns();
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
      <h1>{t('audit.title')}</h1>
      <p className="secondary">{t('audit.lead')}</p>
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
              records={items}
              rowKey={({ id }) => id}
              testId={({ id }) => `audit-row-${id}`}
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
    </div>
  );
}

function useColumns(): RecordColumn<AuditEntry>[] {
  const { t } = useTranslation();
  const { actor, label } = useLabels();
  return [
    {
      key: 'action',
      title: t('audit.action'),
      render: ({ action }) => <span title={action}>{label('auditAction', action)}</span>,
    },
    { key: 'actor', title: t('audit.actor'), render: ({ actor: by }) => <span title={by}>{actor(by)}</span> },
    { key: 'resource', title: t('audit.resource'), render: (entry) => <Subject entry={entry} /> },
    { key: 'detail', title: t('audit.detail'), render: (entry) => <AuditDetail entry={entry} /> },
    {
      key: 'seal',
      title: t('audit.seal'),
      render: ({ sealed }) =>
        sealed ? <Tag color="green">{t('audit.sealed')}</Tag> : <Tag>{t('audit.unsealed')}</Tag>,
    },
    { key: 'at', title: t('audit.at'), render: ({ at }) => <Moment at={at} /> },
  ];
}

function Subject({ entry: { resourceType, resourceId } }: { entry: AuditEntry }) {
  const { label } = useLabels();
  const id = <span className="breakable">{resourceId}</span>;
  return (
    <>
      <span className="secondary">{label('auditResource', resourceType)}</span>{' '}
      {resourceType === 'order' ? <Link to={`/orders/${encodeURIComponent(resourceId)}`}>{id}</Link> : id}
    </>
  );
}
