import { useSyncExternalStore } from 'react';
import { rememberChoice, rememberedChoice } from '../session/remembered-choice.ts';

const MODES = ['light', 'dark'] as const;
export type ThemeMode = (typeof MODES)[number];

const CHOICE = 'theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let chosen = rememberedChoice(CHOICE, MODES);

/** Follows the system until somebody chooses. */
const current = (): ThemeMode => chosen ?? (systemDark.matches ? 'dark' : 'light');

export function chooseTheme(mode: ThemeMode): void {
  chosen = mode;
  rememberChoice(CHOICE, mode);
  listeners.forEach((listener) => listener());
}

export const useThemeMode = (): ThemeMode => useSyncExternalStore(subscribe, current);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  systemDark.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    systemDark.removeEventListener('change', listener);
  };
}
