export { addUser, type ReadyUser } from './add-user';
export { ApiKeyService, type ApiKeyAsk } from './api-key.service';
export { Authenticator } from './authenticator';
export type { IdentityParts, RequestOrigin } from './identity-parts';
export { OIDC_MS, OidcService, type OidcProvider } from './oidc/oidc.service';
export { totpAt } from './second-factor/totp';
export { SessionService, type OwnSession, type Refreshed } from './session.service';
export { SignInService, signedInUser, type Credentials, type SignInStep } from './sign-in.service';
export { UserService, type Invitation, type UserChange } from './user.service';
