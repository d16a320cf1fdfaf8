import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { Box } from '../layout/box.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { StateMark } from '../layout/state-mark.tsx';

/** What the subsidy of a government order is proved with, and what of it is still missing. */
export function GovernmentEvidence({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  if (!order.isGovernmentOrder) return null;
  const { parcels, deliveryImages } = order;
  const numbered = parcels.filter(({ snCode }) => snCode !== null).length;
  const hasNumbers = parcels.length > 0 && numbered === parcels.length;
  const hasPhotos = deliveryImages.length > 0;
  return (
    <Box title={t('orderPage.evidence')} testId="government-evidence">
      <FactList>
        <Fact label={t('orderPage.snCode')}>
          <StateMark
            state={hasNumbers ? 'ok' : 'warn'}
            word={
              parcels.length === 0
                ? t('orderPage.noParcels')
                : t('orderPage.evidenceNumbers', { count: numbered, total: parcels.length })
            }
          />
        </Fact>
        <Fact label={t('orderPage.photos')}>
          <StateMark
            state={hasPhotos ? 'ok' : 'warn'}
            word={hasPhotos ? t('orderPage.evidencePhotos', { count: deliveryImages.length }) : t('orderPage.noPhotos')}
          />
        </Fact>
        <Fact label={t('orderPage.invoice')}>
          <StateMark state="no_data" word={t('orderPage.invoiceElsewhere')} />
        </Fact>
      </FactList>
    </Box>
  );
}
