import { Form, Input, Radio } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';
import type { ExportFilters } from './export-query.ts';
import { useDownload } from './use-download.ts';

export type ExportDialogProps = {
  title: string;
  effects: readonly string[];
  /** As it lies under `/exports/`, and which part of it. */
  file: string;
  filters: ExportFilters;
  onClose: () => void;
};
type Values = { data: 'masked' | 'clear'; purpose?: string };

/** Takes something with personal data away as a file: masked, or in clear for a purpose that is recorded. */
export default function ExportDialog({ title, effects, file, filters, onClose }: ExportDialogProps) {
  const { t } = useTranslation();
  const mayReveal = useSession().permissions.includes('orders.reveal');
  const [download, receivedBytes] = useDownload(file, filters);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const left = (leaving.current = new AbortController());
    return () => left.abort();
  }, []);
  return (
    <ActDialog<Values>
      title={title}
      effects={effects}
      confirm={t('exports.confirm')}
      initialValues={{ data: 'masked' }}
      testId="export"
      run={async ({ data, purpose }) => {
        await download({ reveal: data === 'clear' ? purpose?.trim() : undefined, signal: leaving.current.signal });
        return t('exports.done');
      }}
      onClose={onClose}
    >
      <Form.Item name="data" label={t('exports.data')} extra={mayReveal ? undefined : t('exports.noReveal')}>
        <Radio.Group
          options={[
            { value: 'masked', label: t('exports.masked') },
            { value: 'clear', label: t('exports.clear'), disabled: !mayReveal },
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
          {t('exports.received', { megabytes: (receivedBytes / 1_000_000).toFixed(1) })}
        </p>
      )}
    </ActDialog>
  );
}
