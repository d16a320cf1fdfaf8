import { useQueryClient } from '@tanstack/react-query';
import { Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Permission, TOKEN_SCOPES } from '@orderbridge/contracts/permissions';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActDialog } from '../layout/act-dialog.tsx';

const DAYS_MAX = 3_650;

type Values = { name: string; scopes: Permission[]; expiresInDays?: number | null };

/** Makes a token; `onMade` gets it this once, afterwards nobody can read it again. */
export function TokenForm({ onMade, onClose }: { onMade: (token: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const missing = [{ required: true, message: t('staff.missing') }];
  return (
    <ActDialog<Values>
      title={t('staff.addTokenTitle')}
      effects={[t('staff.addTokenEffect')]}
      confirm={t('staff.addToken')}
      testId="token-form"
      run={async ({ name, scopes, expiresInDays }) => {
        const made = await ordersClient.token.create.mutate({ name, scopes, ...(expiresInDays && { expiresInDays }) });
        onMade(made.token);
        await queryClient.invalidateQueries(ordersApi.token.pathFilter());
        return t('staff.tokenMade');
      }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t('staff.tokenName')} rules={missing}>
        <Input maxLength={60} data-testid="token-name" />
      </Form.Item>
      <Form.Item name="scopes" label={t('staff.scopes')} rules={missing}>
        <Select
          mode="multiple"
          options={TOKEN_SCOPES.map((value) => ({ value, label: value }))}
          data-testid="token-scopes"
        />
      </Form.Item>
      <Form.Item name="expiresInDays" label={t('staff.expiresInDays')}>
        <InputNumber min={1} max={DAYS_MAX} precision={0} data-testid="token-days" />
      </Form.Item>
    </ActDialog>
  );
}
