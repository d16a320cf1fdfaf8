import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';
import { useListAddress } from '../paging/use-list-address.ts';
import { AccountList } from './account-list.tsx';
import { SessionList } from './session-list.tsx';
import { TokenList } from './token-list.tsx';
import './staff.css';

const TABS = ['accounts', 'sessions', 'tokens'] as const;

export default function StaffPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const tab = TABS.find((name) => name === address.params.get('tab')) ?? 'accounts';
  usePageTitle(t('staff.title'));
  return (
    <div data-testid="staff-page">
      <h1>{t('staff.title')}</h1>
      <Tabs
        activeKey={tab}
        destroyOnHidden
        items={[
          { key: 'accounts', label: t('staff.tabStaff'), children: <AccountList address={address} /> },
          { key: 'sessions', label: t('staff.tabSessions'), children: <SessionList address={address} /> },
          { key: 'tokens', label: t('staff.tabTokens'), children: <TokenList address={address} /> },
        ]}
        onChange={(key) => address.filter({ tab: key === 'accounts' ? null : key, username: null })}
      />
    </div>
  );
}
