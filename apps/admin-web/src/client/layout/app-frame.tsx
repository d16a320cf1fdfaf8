import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';
import { LiveIndicator } from '../live/live-indicator.tsx';
import { OutageBanner } from '../outage/outage-banner.tsx';
import { UserMenu } from '../session/user-menu.tsx';
import { CommandButton } from './command-button.tsx';
import { CrashBoundary } from './crash-boundary.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { LoadingLines } from './loading-lines.tsx';
import { RoomMenu } from './room-menu.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** Header and footer around every room. */
export function AppFrame() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <div className="frame">
      <a className="skip-link" href="#content">
        {t('common.skipToContent')}
      </a>
      <header className="frame-header">
        <RoomMenu />
        <Link to="/overview" className="brand">
          <img src="/icon.svg" alt="" width={24} height={24} />
          OrderBridge
        </Link>
        <div className="frame-tools">
          <LiveIndicator />
          <CommandButton />
          <LanguageSwitch />
          <ThemeSwitch />
          <UserMenu />
        </div>
      </header>
      <OutageBanner />
      <main id="content" tabIndex={-1}>
        <CrashBoundary key={pathname}>
          <Suspense fallback={<LoadingLines />}>
            <Outlet />
          </Suspense>
        </CrashBoundary>
      </main>
      <footer className="frame-footer">{t('common.timeZone')}</footer>
    </div>
  );
}
