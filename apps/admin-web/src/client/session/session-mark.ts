import { forgetText, keepText, keptText } from './remembered-choice.ts';

const NAME = 'signedIn';

/** Remembers in this browser that somebody is signed in, so that an end that nobody here asked for can be told as one. */
export const markSession = (): void => keepText(NAME, 'yes');

export const unmarkSession = (): void => forgetText(NAME);

export const hasSessionMark = (): boolean => keptText(NAME) !== null;
