/** An owner's permission to read an account's figures. Instants are epoch ms; null is unknown. */
export interface Grant {
  brandId: number;
  product: string;
  /** The platform's id of who authorised: open_id, or the appid of a Channels account. */
  principalId: string;
  accessToken: string;
  refreshToken: string | null;
  appId: string | null;
  appSecret: string | null;
  accessExpiresAt: number | null;
  refreshExpiresAt: number | null;
  /** Accounts that the grant is for, where known: what a product tells per grant belongs to an account only if it is the only one. */
  accountIds?: readonly string[];
  /** How often the refresh token was renewed since the authorisation. */
  renewals?: number;
  /** The owner's permission ended then, by this code of the platform or event of a webhook: no call is made under it any more. */
  revoked?: { at: number; code: string } | null;
}

/** Port to where grants are kept (encrypted there). */
export abstract class GrantStore {
  /** Grants of a brand and product, by account id. */
  abstract list(brandId: number, product: string): Promise<Map<string, Grant>>;
  /**
   * Runs `renew` with the grant as it is stored now, while nobody else, in this process or another, renews the same grant. What `renew` returns
   * is stored before the lock is given back; when it returns the grant that it got, nothing is stored.
   */
  abstract renew(grant: Grant, renew: (stored: Grant) => Promise<Grant>): Promise<Grant>;
  /**
   * The token of an app that all processes share. `force`: the one in hand was refused. `fetch` is called while nobody else fetches it; by force only
   * where the platform still hands out the refused one, and as its limits allow. Without a place to keep it (this default) every process fetches its
   * own.
   */
  async renewApp(grant: Grant, force: boolean, fetch: (force: boolean) => Promise<Grant>): Promise<Grant> {
    const plain = await fetch(false);
    return force && plain.accessToken === grant.accessToken ? fetch(true) : plain;
  }
  /** Keeps that the owner's permission ended, unless the owner has authorised anew since the grant was read. */
  abstract revoke(grant: Grant, revoked: { at: number; code: string }): Promise<void>;
}

/** Tokens of one grant during one call of the port. */
export interface GrantAccess {
  current(): Grant;
  /** Is called with a token that works, as far as known; a refused or outdated token is renewed once and the call repeated. */
  use<T>(call: (grant: Grant) => Promise<T>): Promise<T>;
}
