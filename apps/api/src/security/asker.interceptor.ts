import type { ServerResponse } from 'node:http';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { nameAsker } from '@app/database';
import { findAsker } from '../http/asker';
import type { Throttle } from './throttle';

/** Says who asks to what is written down about the request, and counts it. Runs after the guards. */
export class AskerInterceptor implements NestInterceptor {
  constructor(private readonly throttle: Throttle) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const asker = findAsker(http.getRequest<object>());
    if (asker) {
      const { principal } = asker;
      nameAsker(principal.actor, principal.sessionId);
      await this.throttle.byAsker(principal, http.getResponse<ServerResponse>());
    }
    return next.handle();
  }
}
