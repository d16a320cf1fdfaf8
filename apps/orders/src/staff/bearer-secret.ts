import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits for a session cookie or a bearer token, as 43 characters of base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256 of a session or bearer token, hex: what is stored and compared; the token itself is nowhere. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
