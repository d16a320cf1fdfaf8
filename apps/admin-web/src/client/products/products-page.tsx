import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function ProductsPage() {
  const { t } = useTranslation();
  usePageTitle(t('products.title'));
  return (
    <div data-testid="products-page">
      <h1>{t('products.title')}</h1>
    </div>
  );
}
