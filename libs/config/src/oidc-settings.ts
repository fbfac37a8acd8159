import { IsOptional, IsString, IsUrl, Matches, MaxLength } from 'class-validator';
import { Setting } from './setting';

const WHEN_UNSET = 'people sign in with a password only';

/** The company's own sign-in (OpenID Connect). Needs VITRINE_PUBLIC_URL: the provider sends people back to it. */
export class OidcSettings {
  @Setting({
    name: 'OIDC_ISSUER',
    unit: 'URL, https://host or https://host/path',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose:
      'OpenID provider of the company. Register <VITRINE_PUBLIC_URL>/api/v1/auth/oidc/callback there as the redirect address. It opens users that were invited, and makes none.',
    expected: {
      zh: '应为 https 地址（本机地址可用 http）',
      en: 'must be an https address (http on this machine only)',
    },
  })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @Matches(/^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$))/)
  issuer: string | null;

  @Setting({
    name: 'OIDC_CLIENT_ID',
    unit: 'text',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose: 'Id of this installation at the provider.',
    expected: { zh: '不能超过 500 个字符', en: 'must have at most 500 characters' },
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  clientId: string | null;

  @Setting({
    name: 'OIDC_CLIENT_SECRET',
    unit: 'text',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose: 'Its secret.',
    expected: { zh: '不能超过 500 个字符', en: 'must have at most 500 characters' },
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  clientSecret: string | null;

  @Setting({
    name: 'OIDC_BRAND',
    unit: 'code of a brand',
    default: null,
    whenUnset: 'the only brand',
    purpose: 'The brand whose users sign in there.',
    expected: { zh: '不能超过 100 个字符', en: 'must have at most 100 characters' },
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  brand: string | null;

  @Setting({
    name: 'OIDC_LABEL',
    unit: 'text',
    default: '企业账号 Company account',
    purpose: 'What the button of the sign-in page says.',
    expected: { zh: '不能超过 60 个字符', en: 'must have at most 60 characters' },
  })
  @IsString()
  @MaxLength(60)
  label: string;
}
