import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { PreflightList } from './preflight-list.tsx';

type Pushed = Awaited<ReturnType<typeof ordersClient.order.push.mutate>>;
type PushDialogProps = { order: OrderView; onClose: () => void };

/** Looks first at everything a push needs, then pushes, and keeps what became of it on the screen. */
export function PushDialog({ order: { orderNumber }, onClose }: PushDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  // Stock, price and balance are those of this minute.
  const preflight = useQuery(ordersApi.order.preflight.queryOptions({ orderNumber }, { staleTime: 0, gcTime: 0 }));
  const action = t('action.push');
  return (
    <ActDialog
      title={action}
      effects={[t('order.effectPush'), t('orderPage.pushOnce')]}
      confirm={t('order.actionConfirm', { action })}
      blocked={preflight.data?.canPush !== true}
      width={600}
      testId="verb"
      run={async () => {
        try {
          return { shown: <PushResult result={await ordersClient.order.push.mutate({ orderNumber })} /> };
        } finally {
          // A refused push changes the order as well.
          await Promise.all([
            queryClient.invalidateQueries(ordersApi.order.get.queryFilter({ orderNumber })),
            queryClient.invalidateQueries(ordersApi.order.list.pathFilter()),
            queryClient.invalidateQueries(integrationsApi.job.list.pathFilter()),
          ]);
        }
      }}
      onClose={onClose}
    >
      <QueryView query={preflight}>{(data) => <PreflightList preflight={data} />}</QueryView>
    </ActDialog>
  );
}

function PushResult({ result }: { result: Pushed }) {
  const staffText = useStaffText();
  return (
    <Alert
      type={result.haierStatus === 'confirmed' ? 'success' : 'info'}
      showIcon
      role="status"
      title={staffText(result.message, result.messageEn)}
      data-testid="push-result"
    />
  );
}
