import antdTexts from 'antd/locale/en_US';
import { en } from '../locales/en.ts';
import type { LanguagePack } from './language-packs.ts';

export const pack: LanguagePack = { texts: en, antdTexts };
