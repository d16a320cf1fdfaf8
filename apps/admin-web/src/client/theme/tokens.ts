import { theme, type ThemeConfig } from 'antd';
import type { ThemeMode } from './theme-mode.ts';

/** One shape for both themes; the palettes differ. Every text colour has a contrast of 4.5 to what it stands on. */
const shape = {
  borderRadius: 6,
  fontSize: 14,
  controlHeight: 32,
  wireframe: false,
  fontFamily:
    '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyCode:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
} satisfies ThemeConfig['token'];

const light = {
  colorPrimary: '#2f4fc4',
  colorPrimaryHover: '#4365c9',
  colorInfo: '#2f4fc4',
  colorLink: '#2a47b8',
  colorError: '#c9182b',
  colorBgLayout: '#f3f5f9',
  colorBorderSecondary: '#e6e9f0',
  colorTextSecondary: 'rgba(16, 24, 48, 0.68)',
  colorTextTertiary: 'rgba(16, 24, 48, 0.63)',
  colorTextPlaceholder: 'rgba(16, 24, 48, 0.63)',
} satisfies ThemeConfig['token'];

const dark = {
  colorPrimary: '#7b93f5',
  colorInfo: '#7b93f5',
  colorLink: '#94a8f8',
  colorError: '#ff7875',
  colorBgBase: '#14171d',
  colorBgLayout: '#0d0f14',
  colorBgContainer: '#171a21',
  colorBgElevated: '#20242d',
  colorBorder: '#3a404d',
  colorBorderSecondary: '#282d37',
  colorTextLightSolid: '#0d0f14',
  colorTextSecondary: 'rgba(235, 239, 250, 0.72)',
  colorTextTertiary: 'rgba(235, 239, 250, 0.6)',
  colorTextPlaceholder: 'rgba(235, 239, 250, 0.58)',
} satisfies ThemeConfig['token'];

const components = {
  Tag: { marginXS: 0 },
} satisfies ThemeConfig['components'];

/** Class under which antd writes the variables of each theme. */
export const THEME_CLASSES = { light: 'theme-light', dark: 'theme-dark' } as const satisfies Record<ThemeMode, string>;

export const themes: Record<ThemeMode, ThemeConfig> = {
  light: {
    algorithm: theme.defaultAlgorithm,
    token: { ...shape, ...light },
    components,
    cssVar: { key: THEME_CLASSES.light },
  },
  dark: {
    algorithm: theme.darkAlgorithm,
    token: { ...shape, ...dark },
    components,
    cssVar: { key: THEME_CLASSES.dark },
  },
};
