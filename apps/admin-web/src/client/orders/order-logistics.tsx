import LinkOutlined from '@ant-design/icons/es/icons/LinkOutlined';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { Box } from '../layout/box.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { ShortCode } from '../layout/short-code.tsx';
import { OrderActButton } from './order-act-button.tsx';
import type { OrderAct } from './order-actions.tsx';
import { isWebAddress } from './web-address.ts';

type OrderLogisticsProps = { order: OrderView; onAct: (act: OrderAct) => void };
type Parcel = OrderView['parcels'][number];

/** Where the goods of an order at Haier are, and photos of their delivery. */
export function OrderLogistics({ order, onAct }: OrderLogisticsProps) {
  const { t } = useTranslation();
  if (!order.hasHaierLines) return null;
  return (
    <>
      <Box
        title={t('orderPage.logistics')}
        extra={<OrderActButton order={order} action="logistics" onAct={onAct} />}
        testId="order-logistics"
      >
        {order.parcels.length === 0 ? (
          <span className="secondary">{t('orderPage.noParcels')}</span>
        ) : (
          <ul className="parcels">
            {order.parcels.map((parcel, index) => (
              <li key={index} data-testid={`parcel-${index}`}>
                <ParcelFacts parcel={parcel} />
              </li>
            ))}
          </ul>
        )}
      </Box>
      <Box
        title={t('orderPage.photos')}
        extra={<OrderActButton order={order} action="deliveryImages" onAct={onAct} />}
        testId="order-photos"
      >
        {order.deliveryImages.length === 0 ? (
          <span className="secondary">{t('orderPage.noPhotos')}</span>
        ) : (
          <Photos addresses={order.deliveryImages} />
        )}
      </Box>
    </>
  );
}

function ParcelFacts({ parcel }: { parcel: Parcel }) {
  const { t } = useTranslation();
  const { logisticsCompany, logisticsNo, deliveryRecordCode, snCode } = parcel;
  const codes = [
    [t('order.trackingNo'), logisticsNo],
    [t('orderPage.deliveryCode'), deliveryRecordCode],
    [t('orderPage.snCode'), snCode],
  ] as const;
  return (
    <FactList>
      <Fact label={t('order.carrier')}>{logisticsCompany ?? '—'}</Fact>
      {codes.map(
        ([label, code]) =>
          code !== null && (
            <Fact key={label} label={label}>
              <ShortCode text={code} what={label} />
            </Fact>
          ),
      )}
    </FactList>
  );
}

/** The photos lie at other hosts, which this page does not load from: a link opens each beside it. */
function Photos({ addresses }: { addresses: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <>
      <ul className="photos">
        {addresses.map((address, index) => (
          <li key={address}>
            {isWebAddress(address) ? (
              <a href={address} target="_blank" rel="noopener noreferrer" data-testid={`photo-${index}`}>
                <LinkOutlined aria-hidden /> {t('orderPage.photo', { number: index + 1 })}
              </a>
            ) : (
              <span className="breakable">{address}</span>
            )}
          </li>
        ))}
      </ul>
      <p className="secondary box-note">{t('orderPage.photosNote')}</p>
    </>
  );
}
