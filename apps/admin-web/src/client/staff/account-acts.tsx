import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StaffView } from '@orderbridge/contracts/staff-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { AccountForm } from './account-form.tsx';

export function AccountActs({ account }: { account: StaffView }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [act, setAct] = useState<'edit' | 'end' | 'remove'>();
  const { username, sessions } = account;
  const close = () => setAct(undefined);
  const readAnew = () =>
    Promise.all([
      queryClient.invalidateQueries(ordersApi.staff.pathFilter()),
      queryClient.invalidateQueries(ordersApi.session.list.pathFilter()),
    ]);
  return (
    <span className="staff-acts">
      <ActButton size="small" refused={null} testId={`staff-edit-${username}`} onClick={() => setAct('edit')}>
        {t('staff.edit')}
      </ActButton>
      <ActButton
        size="small"
        refused={sessions === 0 ? t('staff.emptySessions') : null}
        testId={`staff-end-${username}`}
        onClick={() => setAct('end')}
      >
        {t('staff.endSessions')}
      </ActButton>
      <ActButton
        size="small"
        danger
        refused={null}
        testId={`staff-remove-${username}`}
        onClick={() => setAct('remove')}
      >
        {t('staff.remove')}
      </ActButton>
      {act === 'edit' && <AccountForm account={account} onClose={close} />}
      {act === 'end' && (
        <ActDialog
          danger
          title={t('staff.endSessionsTitle', { name: username })}
          effects={[t('staff.endSessionsEffect')]}
          confirm={t('staff.endSessions')}
          testId="staff-end"
          run={async () => {
            const { ended } = await ordersClient.session.kill.mutate({ username });
            await readAnew();
            return t('staff.ended', { count: ended });
          }}
          onClose={close}
        />
      )}
      {act === 'remove' && (
        <ActDialog
          danger
          title={t('staff.removeTitle', { name: username })}
          effects={[t('staff.removeEffect')]}
          confirm={t('staff.remove')}
          testId="staff-remove"
          run={async () => {
            await ordersClient.staff.remove.mutate({ username });
            await readAnew();
            return t('staff.removed');
          }}
          onClose={close}
        />
      )}
    </span>
  );
}
