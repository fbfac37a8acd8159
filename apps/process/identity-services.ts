import type { Type } from '@nestjs/common';
import { KEY_ACTIONS } from '@app/access';
import {
  ApiKeyService,
  Authenticator,
  OidcService,
  SessionService,
  SignInService,
  UserService,
  type IdentityParts,
  type OidcProvider,
} from '@app/identity';
import type { Settings } from '@app/config';
import { createLogger } from '@app/observability';
import { AUTH_PATH, AuthCookies } from '../api/src/auth/auth-cookies';
import type { Stores } from './stores';

/** What identity works on. */
export const identityParts = ({
  dataSource,
  instance,
  clock,
  settings,
}: Pick<Stores, 'dataSource' | 'instance' | 'clock' | 'settings'>): IdentityParts => ({
  dataSource,
  secret: instance.secret,
  clock,
  logger: createLogger(settings),
  sessionTimes: settings.sessionTimes,
});

/** For commands, which load this file when they need it: the libraries of sign-in take their time to load. */
export const userService = (stores: Stores): UserService => new UserService(identityParts(stores));
export const apiKeyService = (stores: Stores): ApiKeyService => new ApiKeyService(identityParts(stores), KEY_ACTIONS);

/** Services of sign-in, users and keys, by class. */
export function identityServices(stores: Stores): { provide: Type<unknown>; useValue: unknown }[] {
  const parts = identityParts(stores);
  const signIns = new SignInService(parts);
  const { settings } = stores;
  return [
    { provide: Authenticator, useValue: new Authenticator(parts) },
    { provide: SignInService, useValue: signIns },
    { provide: SessionService, useValue: new SessionService(parts, signIns) },
    { provide: UserService, useValue: userService(stores) },
    { provide: ApiKeyService, useValue: apiKeyService(stores) },
    { provide: OidcService, useValue: new OidcService(parts, signIns, oidcProvider(settings)) },
    { provide: AuthCookies, useValue: new AuthCookies(settings.publicUrl?.startsWith('https:') ?? false) },
  ];
}

function oidcProvider({ oidc, publicUrl, privateTargets }: Settings): OidcProvider | null {
  const { issuer, clientId, clientSecret, label, brand } = oidc;
  if (!issuer || !clientId || !clientSecret || !publicUrl) return null;
  return { issuer, clientId, clientSecret, label, brand, privateTargets, redirectUri: `${publicUrl}${AUTH_PATH}/oidc/callback` };
}
