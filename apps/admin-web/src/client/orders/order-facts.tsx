import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { Box } from '../layout/box.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { ShortCode } from '../layout/short-code.tsx';
import { HaierStatusTag } from './haier-status-tag.tsx';
import { OrderActButton } from './order-act-button.tsx';
import type { OrderAct } from './order-actions.tsx';
import { OrderNotes } from './order-notes.tsx';

export function BasicsBox({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const { paidAt, expiresAt, cancelledAt, cancelReason, distributionTime, installTime, notes } = order;
  return (
    <Box title={t('order.basics')} testId="order-basics">
      <FactList>
        <Fact label={t('order.buyer')}>{order.buyer}</Fact>
        <Fact label={t('order.total')}>
          <span className="number">{formatFen(order.totalFen)}</span>
        </Fact>
        <Fact label={t('order.payable')}>
          <span className="number">{formatFen(order.payableFen)}</span>
        </Fact>
        <MomentFact label={t('order.createdAt')} at={order.createdAt} />
        <MomentFact label={t('order.paidAt')} at={paidAt} />
        <MomentFact label={t('order.expiresAt')} at={expiresAt} />
        <MomentFact label={t('order.cancelledAt')} at={cancelledAt} />
        {cancelReason && (
          <Fact label={t('order.cancelReason')}>
            <span className="as-written">{cancelReason}</span>
          </Fact>
        )}
        {order.refundedFen > 0 && (
          <Fact label={t('order.refunded')}>
            <span className="number">{formatFen(order.refundedFen)}</span>
          </Fact>
        )}
        {order.carrier && <Fact label={t('order.carrier')}>{order.carrier}</Fact>}
        {order.trackingNo && (
          <Fact label={t('order.trackingNo')}>
            <span className="number">{order.trackingNo}</span>
          </Fact>
        )}
        <MomentFact label={t('order.distributionTime')} at={distributionTime} />
        <MomentFact label={t('order.installTime')} at={installTime} />
        <Fact label={t('order.governmentOrder')}>{order.isGovernmentOrder ? t('common.yes') : t('common.no')}</Fact>
        {notes.length > 0 && (
          <Fact label={t('order.note')}>
            <OrderNotes notes={notes} />
          </Fact>
        )}
      </FactList>
    </Box>
  );
}

export function AddressBox({ order, onAct }: { order: OrderView; onAct: (act: OrderAct) => void }) {
  const { t } = useTranslation();
  const { address } = order;
  const { province, city, district, town, countyCode } = address;
  return (
    <Box
      title={t('order.address')}
      testId="order-address"
      extra={<OrderActButton order={order} action="reveal" onAct={onAct} />}
    >
      <FactList>
        <Fact label={t('order.contactName')}>{address.contactName}</Fact>
        <Fact label={t('order.phone')}>
          <span className="number">{address.phone}</span>
        </Fact>
        <Fact label={t('order.region')}>{[province, city, district, town].filter(Boolean).join(' ')}</Fact>
        <Fact label={t('order.detail')}>{address.detail}</Fact>
        {countyCode && (
          <Fact label={t('order.countyCode')}>
            <span className="number">{countyCode}</span>
          </Fact>
        )}
      </FactList>
      <p className="secondary box-note">{t('order.masked')}</p>
    </Box>
  );
}

export function HaierBox({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const { haierOrderNo, haierFailMessage } = order;
  return (
    <Box title={t('order.haier')} testId="order-haier">
      {order.hasHaierLines ? (
        <FactList>
          <Fact label={t('orders.haierStatus')}>
            <HaierStatusTag order={order} />
          </Fact>
          {haierOrderNo && (
            <Fact label={t('order.haierOrderNo')}>
              <ShortCode text={haierOrderNo} what={t('order.haierOrderNo')} />
            </Fact>
          )}
          {haierFailMessage && (
            <Fact label={t('order.haierFailMessage')}>
              <span className="as-written danger">{haierFailMessage}</span>
            </Fact>
          )}
        </FactList>
      ) : (
        <span className="secondary">{t('order.noHaier')}</span>
      )}
    </Box>
  );
}

const MomentFact = ({ label, at }: { label: string; at: string | null }) =>
  at !== null && (
    <Fact label={label}>
      <Moment at={at} />
    </Fact>
  );
