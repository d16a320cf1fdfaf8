import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageNotice } from './page-notice.tsx';

/** Catches what broke while a room was shown, for example its file missing after a new release. */
export class CrashBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError = () => ({ crashed: true });

  override render() {
    return this.state.crashed ? <CrashNotice /> : this.props.children;
  }
}

function CrashNotice() {
  const { t } = useTranslation();
  return (
    <div role="alert" data-testid="crash-notice">
      <PageNotice title={t('crash.title')} text={t('crash.text')}>
        <Button type="primary" onClick={() => location.reload()}>
          {t('common.reload')}
        </Button>
      </PageNotice>
    </div>
  );
}
