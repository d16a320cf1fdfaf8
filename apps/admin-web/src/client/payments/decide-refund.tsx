import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { RefundView } from '@orderbridge/contracts/orders-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';

type Verdict = 'approve' | 'decline';
type DecideRefundProps = { refund: RefundView; small?: boolean };

/** Approves or declines, as the second person, a large refund that waits for one. */
export function DecideRefund({ refund, small = false }: DecideRefundProps) {
  const [deciding, setDeciding] = useState<Verdict>();
  const close = () => setDeciding(undefined);
  // A dialog stays when a colleague has decided meanwhile: the service says so when it is confirmed.
  return (
    <>
      {refund.approval?.awaited && (
        <Verdicts refund={refund} approval={refund.approval} small={small} onDecide={setDeciding} />
      )}
      {deciding === 'approve' && <ApproveDialog refund={refund} onClose={close} />}
      {deciding === 'decline' && <DeclineDialog refund={refund} onClose={close} />}
    </>
  );
}

type VerdictsProps = Required<DecideRefundProps> & {
  approval: NonNullable<RefundView['approval']>;
  onDecide: (verdict: Verdict) => void;
};

function Verdicts({ refund: { id }, approval, small, onDecide }: VerdictsProps) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { permissions } = useSession();
  const refusalOf = (verdict: Verdict): string | null => {
    if (!permissions.includes('refunds.request')) return t('payments.approveNotPermitted');
    const { allowed, reason, reasonEn } = approval[verdict];
    return allowed ? null : (staffText(reason, reasonEn) ?? t('error.REFUSED'));
  };
  const size = small ? ({ size: 'small' } as const) : {};
  const mayApprove = refusalOf('approve') === null;
  return (
    <>
      <ActButton
        {...size}
        type={mayApprove ? 'primary' : 'default'}
        refused={refusalOf('approve')}
        testId={`refund-approve-${id}`}
        onClick={() => onDecide('approve')}
      >
        {t('payments.approve')}
      </ActButton>
      <ActButton
        {...size}
        refused={refusalOf('decline')}
        testId={`refund-decline-${id}`}
        onClick={() => onDecide('decline')}
      >
        {t('payments.decline')}
      </ActButton>
    </>
  );
}

type DialogProps = { refund: RefundView; onClose: () => void };

function ApproveDialog({ refund: { id, amountFen, orderNumber }, onClose }: DialogProps) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  return (
    <ActDialog
      title={t('payments.approveTitle')}
      effects={[
        t('payments.approveEffectMoney', { amount: formatFen(amountFen), order: orderNumber }),
        t('payments.approveEffectAct'),
        t('payments.approveEffectAudit'),
      ]}
      confirm={t('payments.approve')}
      testId="refund-approve"
      run={async () => {
        await ordersClient.refund.approve.mutate({ id });
        await refresh();
        return t('payments.approved');
      }}
      onClose={onClose}
    />
  );
}

function DeclineDialog({ refund: { id, amountFen, orderNumber }, onClose }: DialogProps) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  return (
    <ActDialog<{ reason: string }>
      danger
      title={t('payments.declineTitle')}
      effects={[
        t('payments.declineEffectMoney', { amount: formatFen(amountFen), order: orderNumber }),
        t('payments.declineEffectAfter'),
      ]}
      confirm={t('payments.decline')}
      testId="refund-decline"
      run={async ({ reason }) => {
        await ordersClient.refund.decline.mutate({ id, reason: reason.trim() });
        await refresh();
        return t('payments.declined');
      }}
      onClose={onClose}
    >
      <Form.Item
        name="reason"
        label={t('payments.declineReason')}
        rules={[{ required: true, whitespace: true, message: t('payments.declineReasonMissing') }]}
      >
        <Input maxLength={200} data-testid="refund-decline-reason" />
      </Form.Item>
    </ActDialog>
  );
}

/** Fetches anew what a decision on a refund changes. */
function useRefresh(): () => Promise<unknown> {
  const queryClient = useQueryClient();
  return () =>
    Promise.all(
      [ordersApi.refund, ordersApi.payment, ordersApi.order, ordersApi.exception].map((part) =>
        queryClient.invalidateQueries(part.pathFilter()),
      ),
    );
}
