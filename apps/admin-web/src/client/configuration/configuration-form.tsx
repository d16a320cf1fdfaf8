import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ConfigKey, ConfigView } from '@orderbridge/contracts/integrations-api';
import { integrationsApi, integrationsClient } from '../api/integrations-api.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { HAIER_KEYS, REQUIRED_KEYS, SECRET_KEYS, YLH_KEYS } from './configuration-keys.ts';

type Values = { name: string } & Partial<Record<ConfigKey, string>>;
type ConfigurationFormProps = { configuration?: ConfigView; onClose: () => void };

/** A new configuration, or the stored one: a secret that is left as its mask stays what it is. */
export function ConfigurationForm({ configuration, onClose }: ConfigurationFormProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const save = async ({ name, ...config }: Values) => {
    const given = Object.fromEntries(Object.entries(config).filter(([, text]) => text !== undefined));
    await (configuration
      ? integrationsClient.config.update.mutate({ id: configuration.id, name, config: given })
      : integrationsClient.config.create.mutate({ name, config: withoutEmpty(given) }));
    await queryClient.invalidateQueries(integrationsApi.config.pathFilter());
    return t('configuration.saved');
  };
  return (
    <ActDialog<Values>
      title={configuration ? t('configuration.editTitle', { name: configuration.name }) : t('configuration.addTitle')}
      effects={[...(configuration ? [t('configuration.saveEffect')] : []), t('configuration.secretEffect')]}
      confirm={t('configuration.save')}
      initialValues={configuration ? { name: configuration.name, ...configuration.config } : { name: 'haier' }}
      testId="configuration-form"
      run={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('configuration.name')}
        rules={[{ required: true, whitespace: true, message: t('configuration.required') }]}
      >
        <Input maxLength={50} data-testid="configuration-name" />
      </Form.Item>
      <KeyFields legend={t('configuration.groupHaier')} keys={HAIER_KEYS} />
      <KeyFields legend={t('configuration.groupYlh')} keys={YLH_KEYS} />
    </ActDialog>
  );
}

function KeyFields({ legend, keys }: { legend: string; keys: readonly ConfigKey[] }) {
  const { t } = useTranslation();
  return (
    <fieldset className="configuration-keys">
      <legend>{legend}</legend>
      {keys.map((key) => (
        <Form.Item
          key={key}
          name={key}
          label={<span className="code">{key}</span>}
          rules={
            REQUIRED_KEYS.includes(key)
              ? [{ required: true, whitespace: true, message: t('configuration.required') }]
              : []
          }
        >
          {SECRET_KEYS.includes(key) ? (
            <Input.Password autoComplete="new-password" visibilityToggle={false} data-testid={`configuration-${key}`} />
          ) : (
            <Input maxLength={500} autoComplete="off" data-testid={`configuration-${key}`} />
          )}
        </Form.Item>
      ))}
    </fieldset>
  );
}

const withoutEmpty = (config: Record<string, string>) =>
  Object.fromEntries(Object.entries(config).filter(([, text]) => text.trim() !== ''));
