import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { STAFF_ROLES, type StaffRole } from '@orderbridge/contracts/permissions';
import type { StaffView } from '@orderbridge/contracts/staff-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActDialog } from '../layout/act-dialog.tsx';

const PASSWORD_MIN = 12;

/** `password` is the name under which the dialog asks for that of the viewer. */
type Values = { username: string; displayName: string; role: StaffRole; isActive: boolean; newPassword?: string };
type AccountFormProps = { account?: StaffView; onClose: () => void };

/** A new account, or changes of one: only what differs is sent. */
export function AccountForm({ account, onClose }: AccountFormProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const missing = [{ required: true, whitespace: true, message: t('staff.missing') }];
  const save = async ({ username, displayName, role, isActive, newPassword }: Values) => {
    if (account) {
      await ordersClient.staff.update.mutate({
        username: account.username,
        ...(displayName !== account.displayName && { displayName }),
        ...(role !== account.role && { role }),
        ...(isActive !== account.isActive && { isActive }),
        ...(newPassword && { password: newPassword }),
      });
    } else {
      await ordersClient.staff.create.mutate({ username, displayName, role, password: newPassword ?? '' });
    }
    await queryClient.invalidateQueries(ordersApi.staff.pathFilter());
    return account ? t('staff.saved') : t('staff.created');
  };
  return (
    <ActDialog<Values>
      title={account ? t('staff.editTitle', { name: account.username }) : t('staff.addTitle')}
      effects={[account ? t('staff.editEffect') : t('staff.addEffect')]}
      confirm={t('staff.save')}
      initialValues={account ?? { role: 'operator' }}
      testId="staff-form"
      run={save}
      onClose={onClose}
    >
      {!account && (
        <Form.Item name="username" label={t('staff.username')} extra={t('staff.usernameHint')} rules={missing}>
          <Input maxLength={50} autoComplete="off" data-testid="staff-username" />
        </Form.Item>
      )}
      <Form.Item name="displayName" label={t('staff.displayName')} rules={missing}>
        <Input maxLength={100} autoComplete="off" data-testid="staff-display-name" />
      </Form.Item>
      <Form.Item name="role" label={t('staff.role')}>
        <Select options={STAFF_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} data-testid="staff-role" />
      </Form.Item>
      <Form.Item
        name="newPassword"
        label={account ? t('staff.newPassword') : t('staff.password')}
        extra={t('staff.passwordHint')}
        rules={[
          ...(account ? [] : [{ required: true, message: t('staff.missing') }]),
          { min: PASSWORD_MIN, message: t('staff.passwordHint') },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} data-testid="staff-new-password" />
      </Form.Item>
      {account && (
        <Form.Item name="isActive" valuePropName="checked">
          <Checkbox data-testid="staff-is-active">{t('staff.isActive')}</Checkbox>
        </Form.Item>
      )}
    </ActDialog>
  );
}
