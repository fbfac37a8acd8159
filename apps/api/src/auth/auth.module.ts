import { Module } from '@nestjs/common';
import { AuthController } from './auth.controller';
import { BrandChoice } from './brand-choice.service';
import { OidcController } from './oidc.controller';
import { OwnSessionController } from './own-session.controller';

@Module({ controllers: [AuthController, OidcController, OwnSessionController], providers: [BrandChoice] })
export class AuthModule {}
