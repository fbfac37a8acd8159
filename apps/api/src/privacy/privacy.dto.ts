import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Transform } from 'class-transformer';
import { PLATFORMS, VIEWER_TRAITS } from '@app/contracts';
import type { Platform, ViewerTrait } from '@app/contracts';
import { BrandCode } from '../http/brand-code';
import { GivenMonth } from '../http/business-period';
import { PageQuery } from '../http/page.dto';

const REASON = { maxLength: 500, description: 'why, for the audit log' };

/** A reason for the audit log. */
export class Reasoned {
  @BrandCode()
  brand?: string;

  @ApiProperty(REASON)
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

/** A person, as the platform knows them. In a body only: an address would be logged on the way. */
export class PersonRequest extends Reasoned {
  @ApiProperty({ enum: PLATFORMS })
  @IsIn([...PLATFORMS])
  platform: Platform;

  @ApiProperty({ maxLength: 200, description: 'id as the platform shows it; hashed at once, kept nowhere' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  viewer: string;
}

/** An account, in a question that may leave it out. */
class SomeAccount {
  @ApiPropertyOptional({ enum: PLATFORMS })
  @IsOptional()
  @IsIn([...PLATFORMS])
  platform?: Platform;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accountId?: string;
}

/** What is to be held; without an account the whole brand. */
export class HoldPlacement extends IntersectionType(Reasoned, SomeAccount) {
  @ApiProperty({ example: '2026-10-01T00:00:00+08:00' })
  @IsISO8601({ strict: true })
  from: string;

  @ApiProperty({ example: '2026-11-01T00:00:00+08:00', description: 'half open' })
  @IsISO8601({ strict: true })
  to: string;

  @ApiPropertyOptional({ maxLength: 256 })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  caseId?: string;
}

/** Lists of a brand. */
export class PrivacyList extends PageQuery {
  @BrandCode()
  brand?: string;
}

/** Holds, released ones too. */
export class HoldList extends PrivacyList {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'also what was released' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value === true || value === 'true')
  @IsBoolean()
  all = false;
}

/** Hosts of a month. */
export class HostList extends PrivacyList {
  @GivenMonth()
  month: string;
}

/** A masked name that is asked for. */
export class RevealRequest extends Reasoned {
  @ApiProperty({ description: 'of the list of hosts' })
  @IsString()
  @MaxLength(500)
  ref: string;
}

/** Which viewers, and by what of them. */
export class TraitParameters extends SomeAccount {
  @BrandCode()
  brand?: string;

  @ApiProperty({ enum: VIEWER_TRAITS })
  @IsIn([...VIEWER_TRAITS])
  trait: ViewerTrait;

  @GivenMonth()
  month: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  dealerId?: string;
}
