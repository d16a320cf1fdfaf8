import antdTexts from 'antd/locale/zh_CN';
import { zhCN } from '../locales/zh-CN.ts';
import type { LanguagePack } from './language-packs.ts';

export const pack: LanguagePack = { texts: zhCN, antdTexts };
