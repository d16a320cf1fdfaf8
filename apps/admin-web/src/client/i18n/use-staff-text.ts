import { useTranslation } from 'react-i18next';

/** Picks the service's text in the language of the page; one that has no English yet is shown in Chinese. */
export function useStaffText() {
  const { i18n } = useTranslation();
  return <T extends string | null>(zh: T, en: string | null): T | string => (i18n.language === 'en' ? (en ?? zh) : zh);
}
