import { useSyncExternalStore } from 'react';

// The same width as in app.css.
const narrow = matchMedia('(max-width: 767px)');

/** A phone, or a window as narrow as one: tables become cards. */
export const useNarrowScreen = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}
