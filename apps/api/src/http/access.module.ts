import {
  type CallHandler,
  type ExecutionContext,
  Global,
  Injectable,
  Module,
  type NestInterceptor,
  type OnModuleInit,
  RequestMethod,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule, DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { type Observable, map } from 'rxjs';
import { VitrineError } from '@app/contracts';
import { AccessGuard } from './access.guard';
import { ACCESS_RULE, type AccessRule } from './allow.decorator';
import { findAsker } from './asker';
import { CursorSeal } from './cursor-seal';
import { FourEyes } from './four-eyes';

/** Where Nest keeps path and method of routes. */
const [PATH, METHOD] = ['path', 'method'];

/** Seals the cursors of every answer for whoever asked. */
@Injectable()
class SealCursors implements NestInterceptor {
  constructor(private readonly cursors: CursorSeal) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const asker = findAsker(context.switchToHttp().getRequest());
    return asker ? next.handle().pipe(map((answer) => this.cursors.sealed(answer, asker.owner))) : next.handle();
  }
}

/** A route of the process: `GET api/v1/accounts/:platform/:accountId`, and its rule. */
export interface RuledRoute {
  handler: string;
  method: string;
  path: string;
  rule: AccessRule | undefined;
}

/** The guard of every route. A route without a rule stops the start. Needs `Authenticate` and `CursorSeal` of the process. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [FourEyes, { provide: APP_GUARD, useClass: AccessGuard }, { provide: APP_INTERCEPTOR, useClass: SealCursors }],
  exports: [FourEyes],
})
export class AccessModule implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const open = this.routes().filter(({ rule }) => rule === undefined);
    if (open.length === 0) return;
    const names = open.map(({ handler }) => handler).join(', ');
    throw new VitrineError('internal', { zh: `接口没有权限规则：${names}`, en: `Routes without an access rule: ${names}` });
  }

  /** Every route that a controller of the process serves. */
  routes(): RuledRoute[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const prototype = Object.getPrototypeOf(instance ?? {}) as Record<string, () => unknown>;
      const base = pathsOf(metatype)[0] ?? '';
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => ({ name, handler: prototype[name] }))
        .filter(({ handler }) => Reflect.hasMetadata(PATH, handler))
        .flatMap(({ name, handler }) =>
          pathsOf(handler).map((path) => ({
            handler: `${metatype?.name}.${name}`,
            method: RequestMethod[Reflect.getMetadata(METHOD, handler) as RequestMethod],
            path: [base, path]
              .flatMap((part) => part.split('/'))
              .filter(Boolean)
              .join('/'),
            rule: this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [handler, metatype as () => unknown]),
          })),
        );
    });
  }
}

const pathsOf = (target: object | null): string[] =>
  target === null ? [] : [Reflect.getMetadata(PATH, target) as string | string[]].flat();
