import GlobalOutlined from '@ant-design/icons/es/icons/GlobalOutlined';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { switchLanguage } from '../i18n/language-packs.ts';

/** Its words are in the language it leads to. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      lang={other}
      // Whoever says aloud what is written on it means it too.
      aria-label={`${t('language.short')} · ${t('language.switch')}`}
      title={t('language.switch')}
      data-testid="language-switch"
      onClick={() => void switchLanguage(other)}
    >
      {t('language.short')}
    </Button>
  );
}
