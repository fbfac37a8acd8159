import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { PLATFORMS, type Platform } from '@app/contracts';
import { PACK_LANGUAGES, type PackLanguage } from '@app/inspection';
import { OfBrand } from '../http/brand-code';
import { DayAfterLast, FirstDay } from '../http/business-period';

/** What is inspected: an account over business days, or one broadcast of it. */
export class InspectionQuery extends OfBrand {
  @ApiProperty({ enum: PLATFORMS })
  @IsIn([...PLATFORMS])
  platform: Platform;

  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  accountId: string;

  @ApiPropertyOptional({ description: 'one broadcast of the account' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  sessionId?: string;

  @FirstDay()
  from?: string;

  @DayAfterLast()
  to?: string;
}

export class PackQuery extends InspectionQuery {
  @ApiPropertyOptional({ enum: PACK_LANGUAGES, default: 'zh' })
  @IsOptional()
  @IsIn([...PACK_LANGUAGES])
  language?: PackLanguage;
}
