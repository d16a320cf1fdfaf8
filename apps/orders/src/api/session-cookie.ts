const name = (secure: boolean) => (secure ? '__Host-orderbridge' : 'orderbridge');

/** The cookie that carries a session token: not for scripts, not for other sites. */
export const sessionCookie = (token: string, { secure, maxAgeMs }: { secure: boolean; maxAgeMs: number }): string =>
  `${name(secure)}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(maxAgeMs / 1000)}${secure ? '; Secure' : ''}`;

export const clearedSessionCookie = ({ secure }: { secure: boolean }): string =>
  sessionCookie('', { secure, maxAgeMs: 0 });

/** The session token in a Cookie header, if there is one of the right shape. */
export function sessionTokenIn(header: string | null, { secure }: { secure: boolean }): string | undefined {
  const wanted = `${name(secure)}=`;
  const token = header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(wanted))
    ?.slice(wanted.length);
  return token && /^[\w-]{43}$/.test(token) ? token : undefined;
}
