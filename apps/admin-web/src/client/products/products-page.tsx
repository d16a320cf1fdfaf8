import { useTranslation } from 'react-i18next';
import { RoomTabs } from '../layout/room-tabs.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { InventoryLog } from './inventory-log.tsx';
import { ProductDrawer } from './product-drawer.tsx';
import { ProductList } from './product-list.tsx';
import './products.css';

export default function ProductsPage() {
  const { t } = useTranslation();
  usePageTitle(t('products.title'));
  return (
    <div data-testid="products-page">
      <h1>{t('products.title')}</h1>
      <RoomTabs
        tabs={[
          { key: 'products', label: t('products.tabProducts'), children: <ProductList /> },
          { key: 'low', label: t('products.tabLow'), children: <ProductList lowStock /> },
          { key: 'log', label: t('products.tabLog'), children: <InventoryLog /> },
        ]}
      />
      <ProductDrawer />
    </div>
  );
}
