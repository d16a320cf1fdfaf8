import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { ExportWithDialog } from '../exports/export-with-dialog.tsx';
import { Box } from '../layout/box.tsx';
import { Copyable } from '../layout/copyable.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { StateMark } from '../layout/state-mark.tsx';
import { OrderActButton } from './order-act-button.tsx';
import type { OrderAct } from './order-actions.tsx';

type Evidence = NonNullable<OrderView['evidence']>;
type GovernmentEvidenceProps = { order: OrderView; onAct: (act: OrderAct) => void };

/** What the subsidy of a government order is proved with, what of it is still missing, and all of it as a file. */
export function GovernmentEvidence({ order, onAct }: GovernmentEvidenceProps) {
  const { t } = useTranslation();
  const { evidence, invoice } = order;
  if (!evidence) return null;
  const { parcels, numbered, photos, missing } = evidence;
  const markOf = (part: Evidence['missing'][number]) => (missing.includes(part) ? 'warn' : 'ok');
  return (
    <Box
      title={t('orderPage.evidence')}
      extra={
        <span data-testid="evidence-verdict" data-complete={missing.length === 0}>
          <StateMark
            state={missing.length === 0 ? 'ok' : 'warn'}
            word={
              missing.length === 0
                ? t('orderPage.evidenceComplete')
                : t('orderPage.evidenceMissing', { count: missing.length })
            }
          />
        </span>
      }
      testId="government-evidence"
    >
      <FactList>
        <Fact label={t('orderPage.snCode')}>
          <StateMark
            state={markOf('serial_numbers')}
            word={
              parcels === 0
                ? t('orderPage.noParcels')
                : t('orderPage.evidenceNumbers', { count: numbered, total: parcels })
            }
          />
        </Fact>
        <Fact label={t('orderPage.photos')}>
          <StateMark
            state={markOf('photos')}
            word={photos > 0 ? t('orderPage.evidencePhotos', { count: photos }) : t('orderPage.noPhotos')}
          />
        </Fact>
        <Fact label={t('orderPage.invoice')}>
          <StateMark
            state={markOf('invoice')}
            word={invoice ? t('orderPage.invoiceOf', { date: invoice.date }) : t('orderPage.noInvoice')}
          />
          {invoice && (
            <div data-testid="invoice-number">
              <Copyable text={invoice.number} what={t('orderPage.invoiceNumber')} />
            </div>
          )}
        </Fact>
      </FactList>
      <div className="evidence-acts">
        <OrderActButton order={order} action="recordInvoice" onAct={onAct} />
        <ExportWithDialog
          small
          label={t('orderPage.exportEvidence')}
          title={t('orderPage.exportEvidence')}
          effects={[
            t('orderPage.exportEvidenceHolds'),
            t('orderPage.exportEvidencePhotos'),
            t('orderPage.exportEvidenceLogged'),
          ]}
          file="evidence.zip"
          filters={{ orderNumber: order.orderNumber }}
          testId="export-evidence"
        />
      </div>
    </Box>
  );
}
