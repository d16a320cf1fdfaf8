import { useSyncExternalStore } from 'react';

/** A phone, or a window as narrow as one: tables become cards. The same width as in app.css. */
export const useNarrowScreen = mediaQuery('(max-width: 767px)');

/** Room for columns that a screen of 1280 px does without. */
export const useRoomyScreen = mediaQuery('(min-width: 1440px)');

/** Room for columns that most screens do without. */
export const useWideScreen = mediaQuery('(min-width: 1680px)');

/** Whoever asked their system for less movement gets none. */
export const useReducedMotion = mediaQuery('(prefers-reduced-motion: reduce)');

function mediaQuery(query: string): () => boolean {
  const media = matchMedia(query);
  const subscribe = (listener: () => void) => {
    media.addEventListener('change', listener);
    return () => media.removeEventListener('change', listener);
  };
  return () => useSyncExternalStore(subscribe, () => media.matches);
}
