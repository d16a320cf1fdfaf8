import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfigView } from '@orderbridge/contracts/integrations-api';
import { integrationsApi, integrationsClient } from '../api/integrations-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { ConfigurationForm } from './configuration-form.tsx';

type ConfigurationActsProps = { configuration: ConfigView; refused: string | null; onTest: (id: string) => void };

export function ConfigurationActs({ configuration, refused, onTest }: ConfigurationActsProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [act, setAct] = useState<'edit' | 'activate' | 'remove'>();
  const { id, name, isActive, missing } = configuration;
  const close = () => setAct(undefined);
  const readAnew = () => queryClient.invalidateQueries(integrationsApi.config.pathFilter());
  return (
    <span className="configuration-acts">
      <ActButton size="small" refused={refused} testId={`configuration-test-${id}`} onClick={() => onTest(id)}>
        {t('configuration.test')}
      </ActButton>
      <ActButton size="small" refused={refused} testId={`configuration-edit-${id}`} onClick={() => setAct('edit')}>
        {t('configuration.edit')}
      </ActButton>
      {!isActive && (
        <>
          <ActButton
            size="small"
            refused={refused}
            testId={`configuration-activate-${id}`}
            onClick={() => setAct('activate')}
          >
            {t('configuration.activate')}
          </ActButton>
          <ActButton
            size="small"
            danger
            refused={refused}
            testId={`configuration-remove-${id}`}
            onClick={() => setAct('remove')}
          >
            {t('configuration.remove')}
          </ActButton>
        </>
      )}
      {act === 'edit' && <ConfigurationForm configuration={configuration} onClose={close} />}
      {act === 'activate' && (
        <ActDialog
          title={t('configuration.activateTitle', { name })}
          effects={[
            t('configuration.activateEffect'),
            ...(missing.length > 0 ? [t('configuration.activateMissing', { keys: missing.join(', ') })] : []),
          ]}
          confirm={t('configuration.activate')}
          testId="configuration-activate"
          run={async () => {
            await integrationsClient.config.activate.mutate({ id });
            await readAnew();
            return t('configuration.activated');
          }}
          onClose={close}
        />
      )}
      {act === 'remove' && (
        <ActDialog
          danger
          title={t('configuration.removeTitle', { name })}
          effects={[t('configuration.removeEffect')]}
          confirm={t('configuration.remove')}
          testId="configuration-remove"
          run={async () => {
            await integrationsClient.config.remove.mutate({ id });
            await readAnew();
            return t('configuration.removed');
          }}
          onClose={close}
        />
      )}
    </span>
  );
}
