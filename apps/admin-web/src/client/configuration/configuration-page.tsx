import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfigView } from '@orderbridge/contracts/integrations-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { ActButton } from '../layout/act-button.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { useSession } from '../session/session-guard.tsx';
import { ConfigurationActs } from './configuration-acts.tsx';
import { ConfigurationForm } from './configuration-form.tsx';
import { ConnectionTest } from './connection-test.tsx';
import './configuration.css';

const LOOK_EVERY_MS = 15_000;

export default function ConfigurationPage() {
  const { t } = useTranslation();
  const permitted = useSession().permissions.includes('integrations.configure');
  const refused = permitted ? null : t('configuration.notPermitted');
  const [adding, setAdding] = useState(false);
  const configurations = useQuery(
    integrationsApi.config.list.queryOptions(undefined, { refetchInterval: LOOK_EVERY_MS }),
  );
  const test = useMutation(integrationsApi.config.test.mutationOptions());
  const columns = useColumns((id) => test.mutate({ id }), refused);
  usePageTitle(t('configuration.title'));

  return (
    <div data-testid="configuration-page">
      <h1>{t('configuration.title')}</h1>
      <p className="secondary room-lead">{t('configuration.lead')}</p>
      <QueryView query={configurations}>
        {({ items, source }) => (
          <>
            <div className="configuration-head">
              <span data-testid="configuration-source">
                {t('configuration.source')}: <strong>{t(SOURCES[source])}</strong>
              </span>
              <span className="configuration-tools">
                <ActButton refused={refused} testId="configuration-test" onClick={() => test.mutate({})}>
                  {t('configuration.testCurrent')}
                </ActButton>
                <ActButton type="primary" refused={refused} testId="configuration-add" onClick={() => setAdding(true)}>
                  {t('configuration.add')}
                </ActButton>
              </span>
            </div>
            {source === 'none' && <Alert type="warning" showIcon title={t('configuration.sourceNone')} />}
            <ConnectionTest test={test} />
            <RecordTable<ConfigView>
              label={t('configuration.title')}
              columns={columns}
              records={items}
              rowKey={({ id }) => id}
              testId={({ id }) => `configuration-row-${id}`}
              empty={t('configuration.empty')}
            />
          </>
        )}
      </QueryView>
      {adding && <ConfigurationForm onClose={() => setAdding(false)} />}
    </div>
  );
}

const SOURCES = {
  database: 'configuration.sourceDatabase',
  environment: 'configuration.sourceEnvironment',
  mock: 'configuration.sourceMock',
  none: 'configuration.sourceNone',
} as const;

function useColumns(onTest: (id: string) => void, refused: string | null): RecordColumn<ConfigView>[] {
  const { t } = useTranslation();
  const { actor } = useLabels();
  return [
    { key: 'name', title: t('configuration.name'), render: ({ name }) => <strong>{name}</strong> },
    {
      key: 'state',
      title: t('configuration.state'),
      render: ({ isActive }) =>
        isActive ? <Tag color="green">{t('configuration.active')}</Tag> : <Tag>{t('configuration.inactive')}</Tag>,
    },
    { key: 'version', title: t('configuration.version'), align: 'right', render: ({ version }) => version },
    {
      key: 'missing',
      title: t('configuration.missing'),
      render: ({ missing }) =>
        missing.length === 0 ? (
          t('configuration.complete')
        ) : (
          <span className="code danger breakable">{missing.join(', ')}</span>
        ),
    },
    {
      key: 'updated',
      title: t('configuration.updated'),
      render: ({ updatedAt, updatedBy }) => (
        <>
          <Moment at={updatedAt} />
          <div className="secondary nowrap">{actor(updatedBy)}</div>
        </>
      ),
    },
    {
      key: 'act',
      title: t('configuration.act'),
      render: (configuration) => <ConfigurationActs configuration={configuration} refused={refused} onTest={onTest} />,
    },
  ];
}
