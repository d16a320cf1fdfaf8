import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CallbackTable } from '../callbacks/callback-table.tsx';
import { Box } from '../layout/box.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { ShowOlder } from './show-older.tsx';
import { useOrderCallbacks } from './use-order-callbacks.ts';

/** The callbacks of one order, the newest first. */
export function OrderCallbacks({ orderNumber }: { orderNumber: string }) {
  const { t } = useTranslation();
  const { maySee, callbacks } = useOrderCallbacks(orderNumber);
  if (!maySee) return null;
  return (
    <Box
      id={CALLBACKS_OF_ORDER}
      title={t('order.callbacks')}
      extra={<Link to={`/callbacks?orderNumber=${encodeURIComponent(orderNumber)}`}>{t('order.allCallbacks')}</Link>}
      testId="order-callbacks"
    >
      <QueryView query={callbacks}>
        {({ items }) => <CallbackTable callbacks={items} empty={t('order.noCallbacks')} compact />}
      </QueryView>
      <ShowOlder of={callbacks} label={t('orderPage.olderCallbacks')} testId="older-callbacks" />
    </Box>
  );
}

/** Where the replay action of the order leads. */
export const CALLBACKS_OF_ORDER = 'callbacks-of-order';
