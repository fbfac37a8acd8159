import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { reachFor, scopeOf } from '@app/access';
import { type Action, type Principal, VitrineError, refusal } from '@app/contracts';
import { unknownBrand } from '@app/database';
import { scopeKey } from '@app/reports';
import { ACCESS_RULE, type AccessRule } from './allow.decorator';
import { type Asker, setAsker } from './asker';
import { Authenticate } from './authenticate';
import { CursorSeal } from './cursor-seal';

/** The parts of an Express request that the guard reads. */
interface Asked {
  id?: unknown;
  ip?: string;
  headers: Record<string, string | string[] | undefined>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/**
 * Lets a request through to its route when its rule allows it, and notes who asks, in which brand and for which rows. Everything else is refused: without a
 * valid token 401, without the right 403, with the brand of somebody else 404, as if there were none.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticate: Authenticate,
    private readonly cursors: CursorSeal,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [context.getHandler(), context.getClass()]);
    if (rule === 'public') return true;
    if (rule === undefined) throw new VitrineError('internal', { zh: '接口没有权限规则。', en: 'The route has no access rule.' });
    const request = context.switchToHttp().getRequest<Asked>();
    const principal = await this.authenticate.principalOf(bearerOf(request), originOf(request));
    const asker = askerFor(principal, rule.action);
    ownBrandOnly(request, principal.brandCode);
    setAsker(request, asker);
    this.openCursor(request, asker);
    return true;
  }

  private openCursor(request: Asked, { owner }: Asker): void {
    const { query } = request;
    if (typeof query?.cursor !== 'string') return;
    const value = { ...query, cursor: this.cursors.open(query.cursor, owner) };
    // the query of Express is read anew at every look unless it is set
    Object.defineProperty(request, 'query', { value, writable: true, configurable: true, enumerable: true });
  }
}

/** Throws forbidden. */
function askerFor(principal: Principal, action: Action): Asker {
  const reach = reachFor(principal, action);
  if (reach === 'none') throw mayNot();
  const scope = scopeOf(principal, reach);
  const { actor, brandCode, role, sessionId } = principal;
  const owner = JSON.stringify([brandCode, actor.kind, actor.id, role, role === 'api-key' ? sessionId : null, scopeKey(scope)]);
  return { principal, actor, brand: brandCode, scope, owner };
}

/** Throws unauthorized. */
function bearerOf({ headers }: Asked): string {
  const [, token] = /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(String(headers.authorization ?? '')) ?? [];
  if (token) return token;
  throw refusal(
    'unauthorized',
    { zh: '请先登录。', en: 'Sign in first.' },
    { zh: '请在 Authorization 头中给出 Bearer 令牌。', en: 'Send a bearer token in the Authorization header.' },
  );
}

const originOf = ({ id, ip, headers }: Asked) => ({
  ip: ip ?? null,
  userAgent: typeof headers['user-agent'] === 'string' ? headers['user-agent'] : null,
  requestId: id === undefined ? null : String(id),
});

/** Another brand does not exist for whoever asks. Throws the not_found of a brand that nobody has. */
function ownBrandOnly({ query, body }: Asked, own: string): void {
  const given = [query?.brand, (body as { brand?: unknown } | null | undefined)?.brand];
  for (const brand of given) if (typeof brand === 'string' && brand !== own) throw unknownBrand(brand);
}

const mayNot = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '您的角色没有此权限。', en: 'Your role may not do this.' },
    { zh: '请联系品牌管理员（权限表见 docs/permissions.md）。', en: 'Ask an administrator of your brand (docs/permissions.md).' },
  );
