import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenView } from '@orderbridge/contracts/staff-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { Moment } from '../layout/moment.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { RecordList } from '../paging/record-list.tsx';
import type { ListAddress } from '../paging/use-list-address.ts';
import { useSession } from '../session/session-guard.tsx';
import { TokenForm } from './token-form.tsx';
import { TokenShown } from './token-shown.tsx';

export function TokenList({ address }: { address: ListAddress }) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('tokens.manage');
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<string>();
  const [revoking, setRevoking] = useState<TokenView>();
  const { cursor, limit } = address;
  const tokens = useQuery(
    ordersApi.token.list.queryOptions(
      { limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const columns: RecordColumn<TokenView>[] = [
    { key: 'name', title: t('staff.tokenName'), render: ({ name }) => <strong>{name}</strong> },
    {
      key: 'state',
      title: t('staff.state'),
      render: (token) => <TokenState token={token} readAtMs={tokens.dataUpdatedAt} />,
    },
    {
      key: 'scopes',
      title: t('staff.scopes'),
      render: ({ scopes }) => <span className="code token-scopes">{scopes.join(' ')}</span>,
    },
    { key: 'createdBy', title: t('staff.createdBy'), render: ({ createdBy }) => actor(createdBy) },
    { key: 'createdAt', title: t('staff.createdAt'), render: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      key: 'lastUsed',
      title: t('staff.lastUsed'),
      render: ({ lastUsedAt }) => (lastUsedAt === null ? t('staff.never') : <Moment at={lastUsedAt} />),
    },
    {
      key: 'expires',
      title: t('staff.expires'),
      render: ({ expiresAt }) => (expiresAt === null ? t('staff.noExpiry') : <Moment at={expiresAt} />),
    },
    {
      key: 'act',
      title: t('staff.act'),
      render: (token) =>
        token.revokedAt === null ? (
          <ActButton
            size="small"
            danger
            refused={null}
            testId={`token-revoke-${token.id}`}
            onClick={() => setRevoking(token)}
          >
            {t('staff.revoke')}
          </ActButton>
        ) : (
          '—'
        ),
    },
  ];
  return (
    <>
      <div className="staff-tools">
        <ActButton
          type={permitted ? 'primary' : 'default'}
          refused={permitted ? null : t('staff.notPermitted')}
          testId="token-add"
          onClick={() => setAdding(true)}
        >
          {t('staff.addToken')}
        </ActButton>
      </div>
      <RecordList<TokenView>
        query={tokens}
        address={address}
        label={t('staff.tabTokens')}
        columns={columns}
        rowKey={({ id }) => id}
        testId={({ id }) => `token-row-${id}`}
        empty={t('staff.emptyTokens')}
      />
      {adding && <TokenForm onMade={setMade} onClose={() => setAdding(false)} />}
      {made !== undefined && <TokenShown token={made} onClose={() => setMade(undefined)} />}
      {revoking && (
        <ActDialog
          danger
          title={t('staff.revokeTitle', { name: revoking.name })}
          effects={[t('staff.revokeEffect')]}
          confirm={t('staff.revoke')}
          testId="token-revoke"
          run={async () => {
            await ordersClient.token.revoke.mutate({ id: revoking.id });
            await queryClient.invalidateQueries(ordersApi.token.pathFilter());
            return t('staff.revokedDone');
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}

function TokenState({ token: { revokedAt, expiresAt }, readAtMs }: { token: TokenView; readAtMs: number }) {
  const { t } = useTranslation();
  if (revokedAt !== null) return <Tag color="red">{t('staff.revoked')}</Tag>;
  if (expiresAt !== null && Date.parse(expiresAt) <= readAtMs) return <Tag color="orange">{t('staff.expired')}</Tag>;
  return <Tag color="green">{t('staff.valid')}</Tag>;
}
