import type { Clock, PlatformSettings } from '@app/config';
import type { Grant } from './grant';
import { Platform } from './platform';
import { refreshParts, withTokens } from './token-pair';
import { wireObject, type WireObject } from './wire/wire-value';

/** What every advertising interface's client can do. */
export interface TokenPairClient {
  refreshToken(appId: string, appSecret: string, refreshToken: string, signal: AbortSignal): Promise<WireObject>;
  close(): Promise<void>;
}

/** The advertisers of a grant whose principal is one, or several with a comma between. */
export const advertisersOf = ({ principalId }: Pick<Grant, 'principalId'>): string[] => principalId.split(',').filter((id) => id !== '');

/** A product of a platform's advertising side: a token pair that is renewed as a pair, under the app of its own settings. */
export abstract class AdvertisingPlatform<Client extends TokenPairClient> extends Platform {
  readonly storesTokens = true;
  /** The call that renews the pair, and the field in which it tells the life of the access token. */
  protected abstract readonly renewal: { endpoint: string; accessLife: string };

  constructor(
    protected readonly client: Client,
    private readonly settings: PlatformSettings,
  ) {
    super();
  }

  /** Both tokens may be new, and then the old pair is dead with the answer: the caller stores the grant before it is used. */
  async refresh(grant: Grant, _force: boolean, clock: Clock, signal: AbortSignal): Promise<Grant> {
    const { endpoint, accessLife } = this.renewal;
    const { appId, appSecret, refreshToken } = refreshParts(this, grant, this.settings, endpoint);
    const data = wireObject((await this.client.refreshToken(appId, appSecret, refreshToken, signal)).data);
    const answer = {
      accessToken: data.access_token,
      refreshToken: data.refresh_token,
      accessSeconds: data[accessLife],
      refreshSeconds: data.refresh_token_expires_in,
    };
    return withTokens(grant, answer, { platform: this, endpoint, now: clock.now() });
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
