import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { refusal, type Enrolment, type RecoveryCodes, type SignedInUser, type UserSession } from '@app/contracts';
import { SessionService, SignInService, signedInUser, type OwnSession } from '@app/identity';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { CodeBody, OwnFactorBody, PasswordBody } from './auth.dto';
import { originOf, type AuthRequest } from './exchange';

/** What everybody does with their own sign-in. */
@ApiTags('auth')
@Controller('api/v1/auth')
export class OwnSessionController {
  constructor(
    private readonly sessions: SessionService,
    private readonly signIns: SignInService,
  ) {}

  @Get('me')
  @Allow('session.own')
  @ApiOperation({ summary: 'Who is signed in' })
  async me(@AskedBy() asker: Asker): Promise<SignedInUser> {
    return signedInUser(await this.sessions.own(ownOf(asker).userId));
  }

  @Get('sessions')
  @Allow('session.own')
  @ApiOperation({ summary: 'Where one is signed in' })
  list(@AskedBy() asker: Asker): Promise<UserSession[]> {
    return this.sessions.list(ownOf(asker));
  }

  @Delete('sessions/:sessionId')
  @HttpCode(204)
  @Allow('session.own')
  @ApiOperation({ summary: 'End one of one’s own sessions, at once' })
  end(@Param('sessionId') sessionId: string, @AskedBy() asker: Asker): Promise<void> {
    return this.sessions.end(ownOf(asker), sessionId);
  }

  @Post('password')
  @HttpCode(204)
  @Allow('session.own')
  @ApiOperation({ summary: 'Change one’s own password; all other sessions end' })
  password(@Body() { current, next }: PasswordBody, @AskedBy() asker: Asker, @Req() request: AuthRequest): Promise<void> {
    return this.sessions.changePassword(ownOf(asker), { current, next }, originOf(request));
  }

  @Post('own-second-factor')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Allow('session.own')
  @ApiOperation({ summary: 'Begin to set up a second factor of one’s own: with the password, or right after a company sign-in' })
  enrol(@Body() { password }: OwnFactorBody, @AskedBy() asker: Asker, @Req() request: AuthRequest): Promise<Enrolment> {
    return this.sessions.enrol(ownOf(asker), password, originOf(request));
  }

  @Post('own-second-factor/confirm')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Allow('session.own')
  @ApiOperation({ summary: 'End it with a first code; recovery codes are shown this once' })
  async confirm(@Body() { code }: CodeBody, @AskedBy() asker: Asker, @Req() request: AuthRequest): Promise<RecoveryCodes> {
    return this.signIns.finishEnrolment(await this.sessions.own(ownOf(asker).userId), code, originOf(request));
  }
}

/** Keys and the operator have no session. */
function ownOf({ principal }: Asker): OwnSession {
  const { actor, sessionId } = principal;
  if (actor.kind === 'user' && sessionId !== null) return { userId: actor.id, sessionId };
  throw refusal('forbidden', { zh: '接口密钥没有会话', en: 'A key has no session' }, { zh: '请用账号登录', en: 'Sign in as a user' });
}
