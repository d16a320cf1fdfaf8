import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { StaffView } from '@orderbridge/contracts/staff-api';
import { ordersApi } from '../api/orders-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { Moment } from '../layout/moment.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { RecordList } from '../paging/record-list.tsx';
import type { ListAddress } from '../paging/use-list-address.ts';
import { useSession } from '../session/session-guard.tsx';
import { AccountActs } from './account-acts.tsx';
import { AccountForm } from './account-form.tsx';

const LOOK_EVERY_MS = 15_000;

export function AccountList({ address }: { address: ListAddress }) {
  const { t } = useTranslation();
  const permitted = useSession().permissions.includes('staff.manage');
  const [adding, setAdding] = useState(false);
  const { cursor, limit } = address;
  const accounts = useQuery(
    ordersApi.staff.list.queryOptions(
      { limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  const columns: RecordColumn<StaffView>[] = [
    {
      key: 'username',
      title: t('staff.username'),
      render: ({ username, displayName }) => (
        <>
          <strong>{username}</strong> {displayName !== username && <span className="secondary">{displayName}</span>}
        </>
      ),
    },
    {
      key: 'state',
      title: t('staff.state'),
      render: ({ isActive }) =>
        isActive ? <Tag color="green">{t('staff.active')}</Tag> : <Tag color="red">{t('staff.inactive')}</Tag>,
    },
    { key: 'role', title: t('staff.role'), render: ({ role }) => t(`role.${role}`) },
    {
      key: 'sessions',
      title: t('staff.sessions'),
      align: 'right',
      render: ({ username, sessions }) =>
        sessions === 0 ? (
          '0'
        ) : (
          <Link to={`/staff?tab=sessions&username=${encodeURIComponent(username)}`}>{sessions}</Link>
        ),
    },
    {
      key: 'lastSeen',
      title: t('staff.lastSeen'),
      render: ({ lastSeenAt }) => (lastSeenAt === null ? t('staff.never') : <Moment at={lastSeenAt} />),
    },
    { key: 'createdAt', title: t('staff.createdAt'), render: ({ createdAt }) => <Moment at={createdAt} /> },
    { key: 'act', title: t('staff.act'), render: (account) => <AccountActs account={account} /> },
  ];
  return (
    <>
      <div className="staff-tools">
        <ActButton
          type={permitted ? 'primary' : 'default'}
          refused={permitted ? null : t('staff.notPermitted')}
          testId="staff-add"
          onClick={() => setAdding(true)}
        >
          {t('staff.add')}
        </ActButton>
      </div>
      <RecordList<StaffView>
        query={accounts}
        address={address}
        label={t('staff.tabStaff')}
        columns={columns}
        rowKey={({ username }) => username}
        testId={({ username }) => `staff-row-${username}`}
        empty={t('staff.empty')}
      />
      {adding && <AccountForm onClose={() => setAdding(false)} />}
    </>
  );
}
