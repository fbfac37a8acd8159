import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@app/config';
import {
  refusal,
  VitrineError,
  type Enrolment,
  type LinkPurpose,
  type RecoveryCodes,
  type SignInAnswer,
  type SignInOptions,
} from '@app/contracts';
import { OidcService, SessionService, SignInService, UserService, type SignInStep } from '@app/identity';
import { Public } from '../http/allow.decorator';
import { AuthCookies, REFRESH_COOKIE } from './auth-cookies';
import { ChallengeBody, ChallengeCodeBody, LinkBody, LinkPasswordBody, SignInBody } from './auth.dto';
import { BrandChoice } from './brand-choice.service';
import { cookieOf, isForeign, originOf, type AuthRequest, type AuthResponse } from './exchange';

/** Signing in and out: open routes, which check by themselves who asks. */
@ApiTags('auth')
@Controller('api/v1/auth')
@Public()
export class AuthController {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessions: SessionService,
    private readonly users: UserService,
    private readonly oidc: OidcService,
    private readonly brands: BrandChoice,
    private readonly cookies: AuthCookies,
    private readonly clock: Clock,
  ) {}

  @Get('options')
  @ApiOperation({ summary: 'What the sign-in page has to offer' })
  async options(): Promise<SignInOptions> {
    return { brandNeeded: await this.brands.isNeeded(), oidc: this.oidc.label, oidcDown: this.oidc.isDown };
  }

  @Post('sign-in')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Login and password. 401 for every reason alike, 429 after too many tries' })
  async signIn(
    @Body() { brand, login, password }: SignInBody,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<SignInAnswer> {
    const chosen = await this.brands.of(brand);
    return this.ended(await this.signIns.signIn({ brand: chosen, login, password }, originOf(request)), response);
  }

  @Post('second-factor')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The second step: a code of the app, or a recovery code' })
  async secondFactor(
    @Body() { challenge, code }: ChallengeCodeBody,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<SignInAnswer> {
    return this.ended(await this.signIns.secondFactor(challenge, code, originOf(request)), response);
  }

  @Post('enrolment')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Begin to set up a second factor, where the role needs one' })
  enrol(@Body() { challenge }: ChallengeBody, @Req() request: AuthRequest): Promise<Enrolment> {
    return this.signIns.enrol(challenge, originOf(request));
  }

  @Post('enrolment/confirm')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'End it with a first code, and be signed in; recovery codes are shown this once' })
  async confirmEnrolment(
    @Body() { challenge, code }: ChallengeCodeBody,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<SignInAnswer & RecoveryCodes> {
    const step = await this.signIns.confirmEnrolment(challenge, code, originOf(request));
    return { ...this.ended(step, response), recoveryCodes: step.recoveryCodes };
  }

  @Post('refresh')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A new access token for the refresh cookie, which is exchanged for another' })
  async refresh(@Req() request: AuthRequest, @Res({ passthrough: true }) response: AuthResponse): Promise<SignInAnswer> {
    if (isForeign(request)) throw foreign();
    try {
      const { answer, refreshToken, endsAt } = await this.sessions.refresh(cookieOf(request, REFRESH_COOKIE), originOf(request));
      this.cookies.keepRefresh(response, refreshToken, endsAt - this.clock.now());
      return answer;
    } catch (error) {
      // a store that does not answer for a moment signs nobody out
      if (error instanceof VitrineError && error.code === 'unauthorized') this.cookies.dropRefresh(response);
      throw error;
    }
  }

  @Post('sign-out')
  @HttpCode(204)
  @ApiOperation({ summary: 'End the session of the refresh cookie' })
  async signOut(@Req() request: AuthRequest, @Res({ passthrough: true }) response: AuthResponse): Promise<void> {
    if (isForeign(request)) throw foreign();
    await this.sessions.signOut(cookieOf(request, REFRESH_COOKIE));
    this.cookies.dropRefresh(response);
  }

  @Post('links/look')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What an unused link is for' })
  look(@Body() { token }: LinkBody): Promise<LinkPurpose> {
    return this.users.purposeOf(token);
  }

  @Post('links/use')
  @HttpCode(204)
  @ApiOperation({ summary: 'Set the password of a link; every session of the user ends' })
  use(@Body() { token, password }: LinkPasswordBody): Promise<void> {
    return this.users.useLink(token, password);
  }

  private ended({ answer, refreshToken, endsAt }: SignInStep, response: AuthResponse): SignInAnswer {
    if (refreshToken !== null && endsAt !== null) this.cookies.keepRefresh(response, refreshToken, endsAt - this.clock.now());
    return answer;
  }
}

const foreign = () =>
  refusal(
    'forbidden',
    { zh: '请求来自其他网站', en: 'The request was made by another site' },
    { zh: '请从本系统的页面操作', en: 'Use the page of this system' },
  );
