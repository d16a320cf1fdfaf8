import { theme } from 'antd';
import { useLayoutEffect } from 'react';
import { THEME_CLASSES } from './tokens.ts';
import type { ThemeMode } from './theme-mode.ts';

/** Puts the theme's colours, as --ant-* variables, on the whole page, for what is ours and not a component of antd. */
export function useThemeOnPage(mode: ThemeMode): void {
  // Asking for the token is what writes the variables into the page.
  theme.useToken();
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset['theme'] = mode;
    root.classList.add(THEME_CLASSES[mode]);
    return () => root.classList.remove(THEME_CLASSES[mode]);
  }, [mode]);
}
