import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageNotice } from './page-notice.tsx';
import { usePageTitle } from './use-page-title.ts';

export function NotFoundPage() {
  const { t } = useTranslation();
  usePageTitle(t('notFound.title'));
  return (
    <div data-testid="not-found-page">
      <PageNotice mark="404" title={t('notFound.title')} text={t('notFound.text')}>
        <Link to="/orders">{t('notFound.back')}</Link>
      </PageNotice>
    </div>
  );
}
