import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as text for links, cookies and headers. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of such a token. It cannot be guessed, so a plain hash is enough. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The size of text that may be a token: longer ones are not even hashed. */
export const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text);
