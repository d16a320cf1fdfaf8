import { Form, Input, Radio } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';
import { downloadExport } from './download-export.ts';
import { exportQuery } from './export-query.ts';
import type { orderListInput } from './order-filter.ts';

type ExportDialogProps = { filters: ReturnType<typeof orderListInput>; onClose: () => void };
type Values = { data: 'masked' | 'clear'; purpose?: string };

/** Takes what the list shows away as a CSV file: masked, or in clear for a purpose that is recorded. */
export default function ExportDialog({ filters, onClose }: ExportDialogProps) {
  const { t, i18n } = useTranslation();
  const mayReveal = useSession().permissions.includes('orders.reveal');
  const [receivedBytes, setReceivedBytes] = useState<number>();
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const left = (leaving.current = new AbortController());
    return () => left.abort();
  }, []);
  return (
    <ActDialog<Values>
      title={t('orderList.exportTitle')}
      effects={[
        Object.keys(filters).length > 0 ? t('orderList.exportFiltered') : t('orderList.exportAll'),
        t('orderList.exportLogged'),
      ]}
      confirm={t('orderList.exportConfirm')}
      initialValues={{ data: 'masked' }}
      testId="export"
      run={async ({ data, purpose }) => {
        const lang = i18n.language === 'en' ? 'en' : 'zh-CN';
        const reveal = data === 'clear' ? purpose?.trim() : undefined;
        try {
          await downloadExport(`/exports/orders.csv?${exportQuery({ ...filters, lang, reveal })}`, {
            signal: leaving.current.signal,
            onProgress: setReceivedBytes,
          });
        } finally {
          setReceivedBytes(undefined);
        }
        return t('orderList.exported');
      }}
      onClose={onClose}
    >
      <Form.Item
        name="data"
        label={t('orderList.exportData')}
        extra={mayReveal ? undefined : t('orderList.exportNoReveal')}
      >
        <Radio.Group
          options={[
            { value: 'masked', label: t('orderList.exportMasked') },
            { value: 'clear', label: t('orderList.exportClear'), disabled: !mayReveal },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['data']}>
        {({ getFieldValue }) =>
          getFieldValue('data') === 'clear' && (
            <Form.Item
              name="purpose"
              label={t('order.purpose')}
              rules={[{ required: true, whitespace: true, message: t('order.missing') }]}
            >
              <Input maxLength={200} data-testid="export-purpose" />
            </Form.Item>
          )
        }
      </Form.Item>
      {receivedBytes !== undefined && (
        <p role="status" className="number" data-testid="export-progress">
          {t('orderList.exportReceived', { megabytes: (receivedBytes / 1_000_000).toFixed(1) })}
        </p>
      )}
    </ActDialog>
  );
}
