import type { Action, Grant, Reach, Role } from './access';
import type { Actor } from './actor';

/** Invited: has no password yet. Disabled: may not sign in, and has no session. */
export const USER_STATES = ['invited', 'active', 'disabled'] as const;
export type UserState = (typeof USER_STATES)[number];

/** Roles that must have a second factor: without one they may only set it up. */
export const SECOND_FACTOR_ROLES: readonly Role[] = ['brand-admin', 'auditor', 'senior-auditor'];

/** A user of a brand, as people who look after users see them. Instants are ISO 8601. */
export interface User {
  userId: string;
  /** Email or name, unique in the brand, in lower case. */
  login: string;
  name: string;
  /** By which the company's sign-in (OIDC) finds the user; null: it does not. */
  email: string | null;
  role: Role;
  grants: Grant[];
  state: UserState;
  secondFactor: boolean;
  createdAt: string;
  lastSignInAt: string | null;
}

/** Who is signed in, as the page needs it. */
export interface SignedInUser {
  userId: string;
  login: string;
  name: string;
  role: Role;
  brand: { code: string; name: string };
  secondFactor: boolean;
  /** How far each action reaches for them; what is absent they may not. The page leaves out what they may not; the server refuses it. */
  reaches: Partial<Record<Action, Exclude<Reach, 'none'>>>;
}

/** What a right password (or the company's sign-in) leads to. `challenge` is for the next step only and lives a few minutes. */
export type SignInAnswer =
  | { step: 'done'; accessToken: string; expiresInSeconds: number; user: SignedInUser }
  /** The user has a second factor: POST /auth/second-factor. */
  | { step: 'second-factor'; challenge: string }
  /** The role needs one and the user has none: POST /auth/enrolment, then /auth/enrolment/confirm. */
  | { step: 'enrol'; challenge: string };

/** A second factor that is being set up. `qr` is an SVG path on a square of `size` units. */
export interface Enrolment {
  secret: string;
  uri: string;
  qr: { size: number; path: string };
}

/** Shown once, when a second factor is confirmed: each works once in place of a code. */
export interface RecoveryCodes {
  recoveryCodes: string[];
}

/** What the sign-in page has to offer. */
export interface SignInOptions {
  /** More than one brand is here: the code of the brand has to be given. */
  brandNeeded: boolean;
  /** Label of the company's sign-in; null: there is none. */
  oidc: string | null;
  /** The company's provider did not answer lately; absent from older servers. */
  oidcDown?: boolean;
}

/** A signed-in browser. `current`: the one that asks. */
export interface UserSession {
  sessionId: string;
  current: boolean;
  createdAt: string;
  lastSeenAt: string;
  endsAt: string;
  address: string | null;
  userAgent: string;
}

/** A link for one person and one use: to accept an invitation, or to set a new password. Shown once. */
export interface MadeLink {
  kind: 'invitation' | 'reset';
  /** To be put behind `<address of the page>/sign-in#link=`. */
  token: string;
  expiresAt: string;
}

/** What an unused link is for. */
export interface LinkPurpose {
  kind: MadeLink['kind'];
  login: string;
  name: string;
  brand: string;
}

/** A key with which a program asks in the name of whoever made it. Its secret is shown once. */
export interface ApiKey {
  keyId: string;
  name: string;
  owner: Actor;
  actions: Action[];
  grants: Grant[];
  createdAt: string;
  expiresAt: string;
  revokedAt: string | null;
  replacedBy: string | null;
  lastUsedAt: string | null;
}

export interface MadeApiKey {
  key: ApiKey;
  /** The bearer token; never again to be had. */
  secret: string;
}
