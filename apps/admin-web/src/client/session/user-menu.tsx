import DownOutlined from '@ant-design/icons/es/icons/DownOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ordersApi } from '../api/orders-api.ts';
import { ProblemText } from '../layout/failure-notice.tsx';
import { useToast } from '../layout/toasts.tsx';
import { useSession } from './session-guard.tsx';
import { unmarkSession } from './session-mark.ts';

export function UserMenu() {
  const { t } = useTranslation();
  const toast = useToast();
  const { displayName, username, role } = useSession();
  const menuId = useId();
  const signOut = useMutation(
    ordersApi.session.signOut.mutationOptions({
      // A fresh page: nothing of this person's stays in memory for the next one at this screen.
      onSuccess: () => {
        unmarkSession();
        location.assign('/sign-in');
      },
      onError: (error) => toast('error', <ProblemText error={error} />),
    }),
  );

  const name = displayName || username;
  return (
    <>
      <Button type="text" popoverTarget={menuId} aria-label={t('session.menu', { name })} data-testid="user-menu">
        <UserOutlined />
        <span className="user-name">{name}</span>
        <DownOutlined className="user-caret" />
      </Button>
      <div id={menuId} popover="auto" className="user-menu">
        <div className="user-menu-who">
          <strong>{username}</strong>
          <span className="secondary">{t(`role.${role}`)}</span>
        </div>
        <Button
          type="text"
          block
          icon={<LogoutOutlined />}
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
          data-testid="sign-out"
        >
          {t('session.signOut')}
        </Button>
      </div>
    </>
  );
}
