import type { ConfigProviderProps } from 'antd';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Translation, zhCN } from '../locales/zh-CN.ts';
import { fetchPart } from '../outage/fetch-part.ts';
import { type Language, rememberLanguage } from './language.ts';

/** Our texts and those of the components, loaded together when the language is first used. */
export type LanguagePack = {
  texts: Translation;
  antdTexts: NonNullable<ConfigProviderProps['locale']>;
};

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zhCN };
  }
}

const load: Record<Language, () => Promise<{ pack: LanguagePack }>> = {
  'zh-CN': () => import('./pack-zh-CN.ts'),
  en: () => import('./pack-en.ts'),
};
const loaded = new Map<string, LanguagePack>();

export async function startTexts(language: Language): Promise<void> {
  const { texts } = await packOf(language);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: texts } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

/**
 * Shows the page in another language, and every later one; waits for its texts while they cannot be fetched.
 * @throws what fetchPart throws
 */
export async function switchLanguage(language: Language): Promise<void> {
  // Before its texts are there: they may come with the page loaded anew.
  rememberLanguage(language);
  const { texts } = await packOf(language);
  i18next.addResourceBundle(language, 'translation', texts);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The pack of a language already shown. */
export const shownPack = (language: string): LanguagePack => loaded.get(language)!;

async function packOf(language: Language): Promise<LanguagePack> {
  const { pack } = await fetchPart(load[language]);
  loaded.set(language, pack);
  return pack;
}
