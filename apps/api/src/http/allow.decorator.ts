import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiForbiddenResponse, ApiUnauthorizedResponse } from '@nestjs/swagger';
import type { Action } from '@app/contracts';

/** Who may use a route: whoever may do the action, or everybody. */
export type AccessRule = { action: Action } | 'public';
export const ACCESS_RULE = 'vitrine:access';

/** The route is for whoever may do this (docs/permissions.md). Every route has exactly one rule. */
export const Allow = (action: Action): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACCESS_RULE, { action } satisfies AccessRule),
    ApiBearerAuth(),
    ApiUnauthorizedResponse({ description: 'no token, or one that is not valid any more' }),
    ApiForbiddenResponse({ description: `the asker may not: ${action}` }),
  );

/** The route is open: it shows nothing of a brand, or checks by other means who asks (a signature, a code of one use). */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS_RULE, 'public' satisfies AccessRule);
