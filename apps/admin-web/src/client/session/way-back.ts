const HOME = '/orders';

/** What the sign-in page is told besides its address. */
export type SignInState = {
  /** Somebody was signed in here and did not sign out. */
  readonly ended: boolean;
};

/** The sign-in page, with the way back to where one was. */
export function signInAddress({ pathname, search }: { pathname: string; search: string }): string {
  const here = pathname + search;
  return here === '/' || here === HOME ? '/sign-in' : `/sign-in?back=${encodeURIComponent(here)}`;
}

/** Where to go after signing in. Anything but a path of ours would make the sign-in page a springboard to other sites. */
export function wayBack(back: string | null): string {
  const ours = back !== null && URL.parse(back, 'http://ours.invalid');
  return ours && ours.origin === 'http://ours.invalid' && back.startsWith('/') ? ours.pathname + ours.search : HOME;
}
