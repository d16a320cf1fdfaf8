import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ProductView } from '@orderbridge/contracts/catalogue-api';
import { formatFen } from '@orderbridge/contracts/money';
import { ordersApi } from '../api/orders-api.ts';
import { formatCount } from '../format/count.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Copyable } from '../layout/copyable.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { RecordDrawer } from '../layout/record-drawer.tsx';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { AdjustStock } from './adjust-stock.tsx';
import { OutsideLink } from './outside-link.tsx';
import { RemoveProduct } from './remove-product.tsx';
import { SetPrice } from './set-price.tsx';

export const PRODUCT_PARAM = 'product';

const LOOK_EVERY_MS = 15_000;

export function ProductDrawer() {
  const { t } = useTranslation();
  return (
    <RecordDrawer param={PRODUCT_PARAM} title={t('products.sheet')} testId="product-drawer">
      {(productCode) => <Product productCode={productCode} />}
    </RecordDrawer>
  );
}

function Product({ productCode }: { productCode: string }) {
  const [, open] = useOpenRecord(PRODUCT_PARAM);
  const staffText = useStaffText();
  const product = useQuery(ordersApi.product.get.queryOptions({ productCode }, { refetchInterval: LOOK_EVERY_MS }));
  return (
    <QueryView query={product}>
      {(view) => (
        <>
          <div className="record-acts">
            <SetPrice product={view} />
            <AdjustStock product={view} />
            <RemoveProduct product={view} onRemoved={() => open(null)} />
          </div>
          {view.notForSale !== null && (
            <Alert
              type="warning"
              showIcon
              className="record-note"
              data-testid="product-not-for-sale"
              title={staffText(view.notForSale, view.notForSaleEn)}
            />
          )}
          <ProductFacts product={view} />
          <StockFacts product={view} />
          {view.source === 'haier' && <HaierFacts product={view} />}
        </>
      )}
    </QueryView>
  );
}

function ProductFacts({ product }: { product: ProductView }) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  const { productCode, name, priceFen, priceSetBy, source, salesCount, isActive } = product;
  return (
    <FactList ruled>
      <Fact label={t('products.code')}>
        <Copyable text={productCode} what={t('products.code')} />
      </Fact>
      <Fact label={t('order.productName')}>{name}</Fact>
      <Fact label={t('order.source')}>{t(`productSource.${source}`)}</Fact>
      <Fact label={t('products.price')}>
        <strong className="number">{priceFen === 0 ? t('products.noPrice') : formatFen(priceFen)}</strong>
      </Fact>
      <Fact label={t('products.priceSetBy')}>
        {priceSetBy === null ? '—' : priceSetBy === 'sync' ? t('products.setBySync') : actor(priceSetBy)}
      </Fact>
      <Fact label={t('products.active')}>{isActive ? t('common.yes') : t('common.no')}</Fact>
      <Fact label={t('products.sales')}>{formatCount(salesCount)}</Fact>
    </FactList>
  );
}

function StockFacts({ product }: { product: ProductView }) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const { productCode, source, stock, heldQty, lowStockAt, isLow } = product;
  return (
    <section>
      <h2>{t('products.stock')}</h2>
      <FactList ruled>
        <Fact label={source === 'local' ? t('products.available') : t('products.haierStock')}>
          <span className={isLow ? 'danger' : undefined}>{formatCount(stock)}</span>
        </Fact>
        {source === 'local' ? (
          <>
            <Fact label={t('products.held')}>{formatCount(heldQty)}</Fact>
            <Fact label={t('products.lowStockAt')}>{formatCount(lowStockAt)}</Fact>
            <Fact label={t('products.tabLog')}>
              <Link to={`/products?tab=log&productCode=${encodeURIComponent(productCode)}`}>
                {t('products.seeLog')}
              </Link>
            </Fact>
          </>
        ) : (
          <>
            <Fact label={t('order.countyCode')}>{product.stockCountyCode ?? '—'}</Fact>
            <Fact label={t('products.warehouse')}>
              {product.warehouseCode ?? '—'}
              {product.warehouseGrade !== null && (
                <span className="secondary"> · {label('warehouseGrade', product.warehouseGrade)}</span>
              )}
            </Fact>
          </>
        )}
      </FactList>
    </section>
  );
}

function HaierFacts({ product }: { product: ProductView }) {
  const { t } = useTranslation();
  const { isSales, noSalesReason, imageUrl, pageUrls, lastSyncAt } = product;
  return (
    <section>
      <h2>{t('products.atHaier')}</h2>
      <FactList ruled>
        <Fact label={t('products.orderable')}>{isSales ? t('common.yes') : (noSalesReason ?? t('common.no'))}</Fact>
        <Fact label={t('products.model')}>{product.model ?? '—'}</Fact>
        <Fact label={t('products.group')}>{product.group ?? '—'}</Fact>
        <Fact label={t('products.brand')}>{product.brand ?? '—'}</Fact>
        <Fact label={t('products.supplyPrice')}>
          <Price fen={product.supplyPriceFen} />
        </Fact>
        <Fact label={t('products.invoicePrice')}>
          <Price fen={product.invoicePriceFen} />
        </Fact>
        <Fact label={t('products.marketPrice')}>
          <Price fen={product.marketPriceFen} />
        </Fact>
        <Fact label={t('products.rebate')}>{product.stockRebate ?? '—'}</Fact>
        <Fact label={t('products.rebatePolicy')}>{product.stockRebatePolicy ?? '—'}</Fact>
        <Fact label={t('products.rebateMoney')}>
          <Price fen={product.rebateMoneyFen} />
        </Fact>
        <Fact label={t('products.image')}>{imageUrl === null ? '—' : <OutsideLink address={imageUrl} />}</Fact>
        <Fact label={t('products.pages')}>
          {pageUrls.length === 0 ? '—' : pageUrls.map((address) => <OutsideLink key={address} address={address} />)}
        </Fact>
        <Fact label={t('products.lastSyncAt')}>{lastSyncAt === null ? '—' : <Moment at={lastSyncAt} />}</Fact>
      </FactList>
    </section>
  );
}

const Price = ({ fen }: { fen: number | null }) => (
  <span className="number">{fen === null ? '—' : formatFen(fen)}</span>
);
