import RedoOutlined from '@ant-design/icons/es/icons/RedoOutlined';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallbackView } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ProblemText } from '../layout/failure-notice.tsx';
import { useToast } from '../layout/toasts.tsx';
import { useSession } from '../session/session-guard.tsx';
import { WhatIfOf } from './what-if-list.tsx';

/** Runs a stored callback again, after saying what that will do. */
export function ReplayCallback({ callback }: { callback: CallbackView }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [rehearsing, setRehearsing] = useState(false);
  const permitted = useSession().permissions.includes('callbacks.replay');
  const unverified = callback.outcome === 'refused';
  const refused = unverified ? t('replay.unverified') : permitted ? null : t('replay.notPermitted');
  return (
    <div className="replay">
      <ActButton
        type={refused === null ? 'primary' : 'default'}
        icon={<RedoOutlined />}
        refused={refused}
        onClick={() => setAsking(true)}
        testId="replay-button"
      >
        {t('replay.button')}
      </ActButton>
      {!unverified && (
        <Button aria-expanded={rehearsing} onClick={() => setRehearsing(!rehearsing)} data-testid="what-if-button">
          {t('callback.whatIf')}
        </Button>
      )}
      {rehearsing && <WhatIfOf id={callback.id} />}
      <ReplayDialog callback={callback} open={asking} onClose={() => setAsking(false)} />
    </div>
  );
}

type ReplayDialogProps = { callback: CallbackView; open: boolean; onClose: () => void };

function ReplayDialog({ callback, open, onClose }: ReplayDialogProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<{ reason?: string }>();
  const late = callback.outcome === 'late';
  const replay = useMutation(
    ordersApi.callback.replay.mutationOptions({
      onSuccess: async (replayed) => {
        onClose();
        const outcome = replayed.replayLog.at(-1)?.outcome ?? replayed.outcome;
        toast('success', t('replay.done', { outcome: t(`outcome.${outcome}`) }));
        queryClient.setQueryData(ordersApi.callback.get.queryKey({ id: callback.id }), replayed);
        await Promise.all([
          queryClient.invalidateQueries(ordersApi.callback.list.pathFilter()),
          queryClient.invalidateQueries(ordersApi.order.pathFilter()),
        ]);
      },
    }),
  );
  const submit = ({ reason }: { reason?: string }) => {
    const given = reason?.trim();
    replay.mutate({ id: callback.id, ...(given && { reason: given }) });
  };

  return (
    <Modal
      open={open}
      title={t('replay.title')}
      okText={t('replay.confirm')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: replay.isPending, 'data-testid': 'replay-confirm' }}
      cancelButtonProps={{ 'data-testid': 'replay-cancel' }}
      onOk={form.submit}
      onCancel={onClose}
      afterClose={replay.reset}
      destroyOnHidden
    >
      <ul className="effects" data-testid="replay-effects">
        <li>
          {callback.orderNumber === null
            ? t('replay.effectNoOrder')
            : t('replay.effectKnownOrder', { order: callback.orderNumber })}
        </li>
        {late && <li>{t('replay.effectLate')}</li>}
        <li>{t('replay.effectChanges')}</li>
        <li>{t('replay.effectRepeated')}</li>
        <li>{t('replay.effectLogged')}</li>
      </ul>
      <WhatIfOf id={callback.id} />
      <Form form={form} layout="vertical" requiredMark={false} preserve={false} onFinish={submit}>
        <Form.Item
          name="reason"
          label={late ? t('replay.reason') : t('replay.reasonOptional')}
          rules={late ? [{ required: true, whitespace: true, message: t('replay.reasonMissing') }] : []}
        >
          <Input maxLength={200} placeholder={t('replay.reasonHint')} data-testid="replay-reason" />
        </Form.Item>
      </Form>
      {replay.error && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('replay.failed')}
          description={<ProblemText error={replay.error} />}
          data-testid="replay-error"
        />
      )}
    </Modal>
  );
}
