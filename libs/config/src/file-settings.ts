import { IsOptional, IsString, IsUrl, Matches, MaxLength } from 'class-validator';
import { Setting } from './setting';

const WHEN_UNSET = 'files lie in VITRINE_DATA/files, and backups hold them';

/** Where files of appeals are kept: the data folder, or a store that speaks S3. */
export class FileSettings {
  @Setting({
    name: 'FILES_S3_URL',
    unit: 'URL of a bucket, https://host/bucket or https://bucket.host, with a prefix if wanted',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose:
      'S3-compatible store for files of appeals, for several processes without a shared folder. Backups do not hold what lies there.',
    expected: { zh: '应为 http(s) 地址', en: 'must be an http(s) address' },
  })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  url: string | null;

  @Setting({
    name: 'FILES_S3_REGION',
    unit: 'text',
    default: 'us-east-1',
    purpose: 'Region that requests are signed for; stores of your own take any.',
    expected: { zh: '只能含字母、数字和连字符', en: 'may hold letters, digits and hyphens only' },
  })
  @Matches(/^[A-Za-z0-9-]{1,60}$/)
  region: string;

  @Setting({
    name: 'FILES_S3_KEY_ID',
    unit: 'text',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose: 'Access key that may put, get and delete objects there.',
    expected: { zh: '不能超过 200 个字符', en: 'must have at most 200 characters' },
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  keyId: string | null;

  @Setting({
    name: 'FILES_S3_SECRET',
    unit: 'text',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose: 'Its secret.',
    expected: { zh: '不能超过 200 个字符', en: 'must have at most 200 characters' },
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  secret: string | null;
}
