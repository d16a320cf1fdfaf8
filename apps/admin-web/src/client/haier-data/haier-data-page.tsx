import { useTranslation } from 'react-i18next';
import { RoomTabs } from '../layout/room-tabs.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { AskBalance } from './ask-balance.tsx';
import { AskLogistics } from './ask-logistics.tsx';
import { AskPrices } from './ask-prices.tsx';
import { AskProducts } from './ask-products.tsx';
import { AskStock } from './ask-stock.tsx';
import './haier-data.css';

export default function HaierDataPage() {
  const { t } = useTranslation();
  usePageTitle(t('haierData.title'));
  return (
    <div data-testid="haier-data-page">
      <h1>{t('haierData.title')}</h1>
      <p className="secondary room-lead">{t('haierData.lead')}</p>
      <RoomTabs
        tabs={[
          { key: 'products', label: t('haierData.tabProducts'), children: <AskProducts /> },
          { key: 'prices', label: t('haierData.tabPrices'), children: <AskPrices /> },
          { key: 'stock', label: t('haierData.tabStock'), children: <AskStock /> },
          { key: 'balance', label: t('haierData.tabBalance'), children: <AskBalance /> },
          { key: 'logistics', label: t('haierData.tabLogistics'), children: <AskLogistics /> },
        ]}
      />
    </div>
  );
}
