import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { nameOf } from './owner-name.ts';
import { refreshCases } from './refresh-cases.ts';

type AssignDialogProps = { item: ExceptionItem; onClose: () => void };

/** Gives a case to a colleague who may act on it. */
export default function AssignDialog({ item: { id, owner }, onClose }: AssignDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const owners = useQuery(ordersApi.exception.owners.queryOptions(undefined, { refetchOnMount: 'always' }));
  return (
    <ActDialog<{ username: string }>
      title={t('exceptions.assign')}
      effects={[
        t('exceptions.assignEffect'),
        ...(owner === null ? [] : [t('exceptions.assignFrom', { name: owner })]),
        t('exceptions.assignLogged'),
      ]}
      confirm={t('exceptions.assignConfirm')}
      blocked={owners.data === undefined}
      testId="assign"
      run={async ({ username }) => {
        try {
          await ordersClient.exception.assign.mutate({ id, owner: username });
        } finally {
          await refreshCases(queryClient);
        }
        return t('exceptions.assigned', { name: username });
      }}
      onClose={onClose}
    >
      <QueryView query={owners}>
        {({ items }) => (
          <Form.Item
            name="username"
            label={t('exceptions.colleague')}
            rules={[{ required: true, message: t('order.missing') }]}
          >
            <Select
              showSearch
              optionFilterProp="label"
              placeholder={t('exceptions.colleagueHint')}
              data-testid="assign-owner"
              options={items
                .filter(({ username }) => username !== owner)
                .map((one) => ({ value: one.username, label: nameOf(one) }))}
            />
          </Form.Item>
        )}
      </QueryView>
    </ActDialog>
  );
}
