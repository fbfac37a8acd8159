import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** Who is at the provider, as it tells. */
export interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
}

const SCOPES = 'openid email profile';

/** A real OpenID provider on this machine. Whoever comes is let in as the person of the test, without asking. */
export class OpenidProvider {
  readonly clientId = 'vitrine';
  readonly clientSecret = 'the secret of the client at the provider';
  #people = new Map<string, Person>();
  #coming = '';

  private constructor(
    readonly issuer: string,
    private readonly server: http.Server,
  ) {}

  static async start(redirectUri: string): Promise<OpenidProvider> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const made = new OpenidProvider(issuer, server);
    const provider = new Provider(issuer, await made.configuration(redirectUri));
    const answer = provider.callback();
    server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
      void provider.interactionFinished(request, response, { login: { accountId: made.#coming } });
    });
    return made;
  }

  /** Goes through the provider's pages as a browser does; answers the query with which it is sent back. */
  async signIn(url: string, person: Person): Promise<string> {
    this.#people.set(person.sub, person);
    this.#coming = person.sub;
    const cookies = new Map<string, string>();
    for (let at = new URL(url), hops = 0; hops < 10; hops++) {
      const response = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      await response.body?.cancel();
      for (const cookie of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (name) cookies.set(name, value ?? '');
      }
      at = new URL(response.headers.get('location') ?? '/lost', at);
      if (at.origin !== this.issuer) return at.search.slice(1);
    }
    throw new Error('the provider did not send the browser back');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async configuration(redirectUri: string): Promise<Configuration> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    return {
      clients: [
        {
          client_id: this.clientId,
          client_secret: this.clientSecret,
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
      cookies: { keys: ['a key of the provider'] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      pkce: { required: () => true },
      ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...this.#people.get(sub), sub }) }),
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId });
        grant.addOIDCScope(SCOPES);
        await grant.save();
        return grant;
      },
    };
  }
}
