import { Controller, Get, Header, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@app/config';
import { refusal, VitrineError, type SignInAnswer } from '@app/contracts';
import { OIDC_MS, OidcService } from '@app/identity';
import { Public } from '../http/allow.decorator';
import { AuthCookies, OIDC_COOKIE } from './auth-cookies';
import { OidcQuery } from './auth.dto';
import { BrandChoice } from './brand-choice.service';
import { cookieOf, originOf, type AuthRequest, type AuthResponse } from './exchange';

/** The company's sign-in, by redirects of the browser. */
@ApiTags('auth')
@Controller('api/v1/auth/oidc')
@Public()
export class OidcController {
  constructor(
    private readonly oidc: OidcService,
    private readonly brands: BrandChoice,
    private readonly cookies: AuthCookies,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'To the company’s sign-in' })
  async begin(@Query() { brand }: OidcQuery, @Res() response: AuthResponse): Promise<void> {
    if (this.oidc.label === null) throw notSetUp();
    const chosen = this.oidc.brand ?? (await this.brands.of(brand));
    try {
      const { url, carried } = await this.oidc.begin(chosen);
      this.cookies.keepOidc(response, carried, OIDC_MS);
      response.redirect(url);
    } catch (error) {
      if (!(error instanceof VitrineError && error.code === 'platform')) throw error;
      response.redirect('/sign-in#refused=provider'); // a person is in front of it: the page says so, and takes a password
    }
  }

  @Get('callback')
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @ApiOperation({ summary: 'Where the company’s provider sends the browser back to; goes on to the page' })
  async callback(@Req() request: AuthRequest, @Res() response: AuthResponse): Promise<void> {
    if (this.oidc.label === null) throw notSetUp();
    this.cookies.keepOidc(response, '', 0);
    try {
      const query = request.url.split('?', 2)[1] ?? '';
      const { answer, refreshToken, endsAt } = await this.oidc.finish(query, cookieOf(request, OIDC_COOKIE), originOf(request));
      if (refreshToken !== null && endsAt !== null) this.cookies.keepRefresh(response, refreshToken, endsAt - this.clock.now());
      response.redirect(pageAfter(answer));
    } catch (error) {
      if (!(error instanceof VitrineError)) throw error;
      response.redirect('/sign-in#refused=company');
    }
  }
}

/** Behind # nothing is sent to a server or kept in a log. */
const pageAfter = (answer: SignInAnswer): string => (answer.step === 'done' ? '/' : `/sign-in#${answer.step}=${answer.challenge}`);

const notSetUp = () =>
  refusal(
    'not_found',
    { zh: '未配置企业账号登录', en: 'No company sign-in is set up' },
    { zh: '请用密码登录；管理员可设置 OIDC_ISSUER', en: 'Sign in with a password; an administrator may set OIDC_ISSUER' },
  );
