import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionItem } from '@orderbridge/contracts/staff-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import type { FilterableAddress } from '../paging/use-list-address.ts';
import { browserName } from './browser-name.ts';

const LOOK_EVERY_MS = 10_000;

/** Who is signed in where; any of it can be ended, everybody at once too. */
export function SessionList({ address }: { address: FilterableAddress }) {
  const { t } = useTranslation();
  const [endingAll, setEndingAll] = useState(false);
  const [ending, setEnding] = useState<SessionItem>();
  const queryClient = useQueryClient();
  const username = address.params.get('username')?.trim() ?? '';
  const sessions = useQuery(
    ordersApi.session.list.queryOptions(username === '' ? {} : { username }, { refetchInterval: LOOK_EVERY_MS }),
  );
  const readAnew = () => queryClient.invalidateQueries(ordersApi.session.list.pathFilter());
  const columns: RecordColumn<SessionItem>[] = [
    {
      key: 'username',
      title: t('staff.username'),
      render: (session) => <strong>{session.username}</strong>,
    },
    {
      key: 'current',
      title: t('staff.state'),
      render: ({ isCurrent }) =>
        isCurrent ? <Tag color="blue">{t('staff.current')}</Tag> : <Tag color="green">{t('staff.active')}</Tag>,
    },
    { key: 'source', title: t('staff.source'), render: ({ source }) => <span className="code">{source}</span> },
    {
      key: 'browser',
      title: t('staff.browser'),
      render: ({ id, userAgent }) => (
        <span className="clipped session-browser" title={userAgent ?? ''} data-testid={`session-browser-${id}`}>
          {userAgent ? browserName(userAgent) : '—'}
        </span>
      ),
    },
    { key: 'createdAt', title: t('staff.createdAt'), render: ({ createdAt }) => <Moment at={createdAt} /> },
    { key: 'lastSeen', title: t('staff.lastSeen'), render: ({ lastSeenAt }) => <Moment at={lastSeenAt} /> },
    { key: 'expiresAt', title: t('staff.expiresAt'), render: ({ expiresAt }) => <Moment at={expiresAt} /> },
    {
      key: 'act',
      title: t('staff.act'),
      render: (session) => (
        <ActButton size="small" refused={null} testId={`session-end-${session.id}`} onClick={() => setEnding(session)}>
          {t('staff.endOne')}
        </ActButton>
      ),
    },
  ];
  return (
    <>
      <div className="staff-tools">
        <SearchFilter address={address} name="username" label={t('staff.username')} hint={t('staff.username')} />
        <ActButton danger refused={null} testId="sessions-end-all" onClick={() => setEndingAll(true)}>
          {t('staff.endAll')}
        </ActButton>
      </div>
      <QueryView query={sessions}>
        {({ items }) => (
          <RecordTable<SessionItem>
            label={t('staff.tabSessions')}
            columns={columns}
            records={items}
            rowKey={({ id }) => id}
            testId={({ id }) => `session-row-${id}`}
            empty={t('staff.emptySessions')}
          />
        )}
      </QueryView>
      {ending && (
        <ActDialog
          danger
          title={t('staff.endOneTitle', { name: ending.username })}
          effects={[t('staff.endOneEffect')]}
          confirm={t('staff.endOne')}
          testId="session-end"
          run={async () => {
            const { ended } = await ordersClient.session.kill.mutate({ id: ending.id });
            await readAnew();
            return t('staff.ended', { count: ended });
          }}
          onClose={() => setEnding(undefined)}
        />
      )}
      {endingAll && (
        <ActDialog
          danger
          title={t('staff.endAllTitle')}
          effects={[t('staff.endAllEffect')]}
          confirm={t('staff.endAll')}
          testId="sessions-end-all"
          run={async () => {
            const { ended } = await ordersClient.session.kill.mutate({ everybody: true, exceptCurrent: true });
            await readAnew();
            return t('staff.ended', { count: ended });
          }}
          onClose={() => setEndingAll(false)}
        />
      )}
    </>
  );
}
