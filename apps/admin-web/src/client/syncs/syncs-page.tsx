import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';
import { StartSync } from './start-sync.tsx';
import { SyncDrawer } from './sync-drawer.tsx';
import { SyncList } from './sync-list.tsx';
import './syncs.css';

export default function SyncsPage() {
  const { t } = useTranslation();
  usePageTitle(t('syncs.title'));
  return (
    <div data-testid="syncs-page">
      <header className="room-head">
        <h1>{t('syncs.title')}</h1>
        <StartSync />
      </header>
      <SyncList />
      <SyncDrawer />
    </div>
  );
}
