import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ExceptionAction, ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { ordersClient } from '../api/orders-api.ts';
import { WhatIfOf } from '../callbacks/what-if-list.tsx';
import { useLabels } from '../i18n/use-labels.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { refreshCases } from './refresh-cases.ts';

const DANGEROUS: ReadonlySet<ExceptionAction> = new Set([
  'cancel_order',
  'return_money',
  'decline_refund',
  'settle_by_hand',
]);

type ResolveDialogProps = { item: ExceptionItem; action: ExceptionAction; onClose: () => void };

/** Asks for the reason of one action on one case, after saying what it does. */
export function ResolveDialog({ item, action, onClose }: ResolveDialogProps) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const queryClient = useQueryClient();
  const name = t(`exceptionAction.${action}`);
  const run = async ({ reason }: { reason: string }) => {
    try {
      await ordersClient.exception.resolve.mutate({ id: item.id, action, reason: reason.trim() });
    } finally {
      // A replay that ended in the same trouble changed something too.
      await refreshCases(queryClient);
    }
    return t('exceptions.resolved', { kind: label('exceptionKind', item.kind), action: name });
  };
  return (
    <ActDialog<{ reason: string }>
      title={name}
      effects={[t(`exceptionEffect.${action}`), t('exceptions.effectClosed')]}
      confirm={name}
      danger={DANGEROUS.has(action)}
      {...(action === 'cancel_order' && { leave: t('order.doNotCancel') })}
      run={run}
      onClose={onClose}
      testId="resolve"
    >
      {action === 'replay_callback' && item.callbackId !== null && <WhatIfOf id={item.callbackId} />}
      <ReasonField />
    </ActDialog>
  );
}

/** Why; one line, kept with the case. */
export function ReasonField() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="reason"
      label={t('exceptions.reason')}
      rules={[{ required: true, whitespace: true, message: t('exceptions.reasonMissing') }]}
    >
      <Input maxLength={300} placeholder={t('exceptions.reasonHint')} data-testid="resolve-reason" />
    </Form.Item>
  );
}
