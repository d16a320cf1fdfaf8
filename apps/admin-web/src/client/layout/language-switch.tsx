import GlobalOutlined from '@ant-design/icons/es/icons/GlobalOutlined';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { switchLanguage } from '../i18n/language-packs.ts';
import { useToast } from './toasts.tsx';

const SLOW_MS = 300;

/** Its words are in the language it leads to. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const toast = useToast();
  const [switching, setSwitching] = useState(false);
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  async function change(): Promise<void> {
    setSwitching(true);
    try {
      await switchLanguage(other);
    } catch {
      toast('error', t('failure.title'));
    } finally {
      setSwitching(false);
    }
  }
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      lang={other}
      // Whoever says aloud what is written on it means it too.
      aria-label={`${t('language.short')} · ${t('language.switch')}`}
      title={t('language.switch')}
      data-testid="language-switch"
      loading={switching && { delay: SLOW_MS }}
      onClick={() => void change()}
    >
      {t('language.short')}
    </Button>
  );
}
