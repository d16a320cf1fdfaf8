import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { integrationsApi, integrationsClient } from '../api/integrations-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { readCodes } from '../products/read-codes.ts';
import { useSession } from '../session/session-guard.tsx';
import { SYNC_PARAM } from './sync-drawer.tsx';
import { needsCounty, STARTABLE, type SyncForm, syncInput } from './sync-input.ts';

export function StartSync() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('integrations.sync');
  const [asking, setAsking] = useState(false);
  const [, open] = useOpenRecord(SYNC_PARAM);
  const start = async (form: SyncForm) => {
    const { id } = await integrationsClient.sync.start.mutate(syncInput(form));
    await queryClient.invalidateQueries(integrationsApi.sync.list.pathFilter());
    open(id);
    return t('syncs.started');
  };
  return (
    <>
      <ActButton
        type="primary"
        icon={<SyncOutlined />}
        refused={permitted ? null : t('syncs.notPermitted')}
        testId="sync-start"
        onClick={() => setAsking(true)}
      >
        {t('syncs.start')}
      </ActButton>
      {asking && (
        <ActDialog<SyncForm>
          title={t('syncs.startTitle')}
          effects={[t('syncs.effectReads'), t('syncs.effectTells'), t('syncs.effectBehind')]}
          confirm={t('syncs.start')}
          initialValues={{ type: 'products', prices: true }}
          testId="start-sync"
          run={start}
          onClose={() => setAsking(false)}
        >
          <SyncFields />
        </ActDialog>
      )}
    </>
  );
}

function SyncFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<SyncForm>();
  const type = Form.useWatch('type', form) ?? 'products';
  const stock = Form.useWatch('stock', form) ?? false;
  const codes = readCodes(Form.useWatch('codes', form));
  return (
    <>
      <Form.Item name="type" label={t('syncs.what')}>
        <Radio.Group
          options={STARTABLE.map((value) => ({ value, label: t(`syncType.${value}`) }))}
          data-testid="start-sync-type"
        />
      </Form.Item>
      {type === 'products' && (
        <Form.Item label={t('syncs.besides')} className="sync-besides">
          <Form.Item name="prices" valuePropName="checked" noStyle>
            <Checkbox data-testid="start-sync-prices">{t('syncs.withPrices')}</Checkbox>
          </Form.Item>
          <Form.Item name="stock" valuePropName="checked" noStyle>
            <Checkbox data-testid="start-sync-stock">{t('syncs.withStock')}</Checkbox>
          </Form.Item>
        </Form.Item>
      )}
      {needsCounty({ type, stock }) && (
        <Form.Item
          name="countyCode"
          label={t('order.countyCode')}
          extra={t('syncs.countyHint')}
          rules={[{ pattern: /^\s*\d{6}\s*$/, message: t('syncs.countyInvalid') }]}
        >
          <Input maxLength={20} inputMode="numeric" placeholder="370212" data-testid="start-sync-county" />
        </Form.Item>
      )}
      <Form.Item
        name="codes"
        label={t('syncs.codes')}
        extra={
          codes.length > 0
            ? t('syncs.codesGiven', { count: codes.length })
            : type === 'products'
              ? t('syncs.allOfHaier')
              : t('syncs.allOfOurs')
        }
      >
        <Input.TextArea
          autoSize={{ minRows: 2, maxRows: 6 }}
          placeholder="GA0SZC00U, BS01U000N"
          data-testid="start-sync-codes"
        />
      </Form.Item>
      <Form.Item name="changedOnly" valuePropName="checked" extra={t('syncs.changedOnlyHint')}>
        <Checkbox data-testid="start-sync-changed-only">{t('syncs.changedOnly')}</Checkbox>
      </Form.Item>
    </>
  );
}
