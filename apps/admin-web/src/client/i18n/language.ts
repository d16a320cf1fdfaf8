import { rememberChoice, rememberedChoice } from '../session/remembered-choice.ts';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const CHOICE = 'language';

export const rememberedLanguage = (): Language => rememberedChoice(CHOICE, LANGUAGES) ?? 'zh-CN';
export const rememberLanguage = (language: Language): void => rememberChoice(CHOICE, language);
