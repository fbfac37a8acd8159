import type { Enrolment, LinkPurpose, RecoveryCodes, SignInAnswer, SignInOptions } from '@app/contracts';
import { getJson, sendJson } from './client';

const post = <Answer>(path: string, body: object) => sendJson<Answer>(`auth/${path}`, { method: 'POST', body });

export const getSignInOptions = () => getJson<SignInOptions>('auth/options');
export const postSignIn = (given: { brand?: string; login: string; password: string }) => post<SignInAnswer>('sign-in', given);
export const postSecondFactor = (challenge: string, code: string) => post<SignInAnswer>('second-factor', { challenge, code });
export const postEnrolment = (challenge: string) => post<Enrolment>('enrolment', { challenge });
export const confirmEnrolment = (challenge: string, code: string) =>
  post<SignInAnswer & RecoveryCodes>('enrolment/confirm', { challenge, code });
export const lookAtLink = (token: string) => post<LinkPurpose>('links/look', { token });
export const useLink = (token: string, password: string) => post<undefined>('links/use', { token, password });
export const postSignOut = () => post<undefined>('sign-out', {});

/** The browser goes there by itself: the company's provider sends it back. */
export const companySignIn = (brand: string) => `/api/v1/auth/oidc${brand ? `?brand=${encodeURIComponent(brand)}` : ''}`;
