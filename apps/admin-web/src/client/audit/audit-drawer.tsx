import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import { ordersApi } from '../api/orders-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { Copyable } from '../layout/copyable.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { RecordDrawer } from '../layout/record-drawer.tsx';
import { auditFacts, subjectAddress } from './describe-audit.ts';
import { useAuditWords } from './use-audit-words.ts';

export const ENTRY_PARAM = 'entry';

/** The entry that the address names, whole. */
export function AuditDrawer() {
  const { t } = useTranslation();
  return (
    <RecordDrawer param={ENTRY_PARAM} title={t('audit.sheet')} testId="audit-drawer">
      {(id) => <AuditSheet id={id} />}
    </RecordDrawer>
  );
}

function AuditSheet({ id }: { id: string }) {
  const entry = useQuery(ordersApi.audit.get.queryOptions({ id }));
  return <QueryView query={entry}>{(view) => <EntryFacts entry={view} />}</QueryView>;
}

function EntryFacts({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const { actor, label } = useLabels();
  const say = useAuditWords();
  const to = subjectAddress(entry);
  const { action, resourceType, resourceId } = entry;
  return (
    <FactList ruled>
      <Fact label={t('audit.at')}>
        <Moment at={entry.at} />
      </Fact>
      <Fact label={t('audit.action')}>
        {label('auditAction', action)} <span className="code secondary">{action}</span>
      </Fact>
      <Fact label={t('audit.actor')}>{actor(entry.actor)}</Fact>
      <Fact label={t('audit.resource')}>
        {label('auditResource', resourceType)}{' '}
        {to ? (
          <Link to={to} className="number breakable" data-testid="audit-subject">
            {resourceId}
          </Link>
        ) : (
          resourceId !== '-' && <Copyable text={resourceId} what={t('audit.resourceId')} />
        )}
      </Fact>
      {auditFacts(entry, say).map((fact) => (
        <Fact key={fact.name} label={fact.label}>
          {fact.to ? (
            <Link to={fact.to} className="number breakable" data-testid={`audit-fact-${fact.name}`}>
              {fact.value}
            </Link>
          ) : (
            <span className="as-written breakable" data-testid={`audit-fact-${fact.name}`}>
              {fact.value}
            </span>
          )}
        </Fact>
      ))}
      <Fact label={t('audit.seal')}>
        {entry.sealed ? <Tag color="green">{t('audit.sealed')}</Tag> : <Tag>{t('audit.unsealed')}</Tag>}
      </Fact>
      <Fact label={t('audit.entryId')}>
        <Copyable text={entry.id} what={t('audit.entryId')} />
      </Fact>
    </FactList>
  );
}
