import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { LEVELS, PLATFORMS } from '@app/contracts';
import type { Level, Platform } from '@app/contracts';
import { PageQuery } from '../http/page.dto';
import { BrandCode } from '../http/brand-code';
import { BusinessMonth } from '../http/business-period';

/** The month at whose end tiers are asked for, and which part of the brand. */
class TierParameters extends PageQuery {
  @BrandCode()
  brand?: string;

  @BusinessMonth({ description: 'default: the newest complete month' })
  month?: string;

  @ApiPropertyOptional({ enum: PLATFORMS })
  @IsOptional()
  @IsIn(PLATFORMS)
  platform?: Platform;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  dealerId?: string;

  @ApiPropertyOptional({ description: 'answer out of what was known at an instant', example: '2026-10-18T21:00:00+08:00' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  asOf?: string;
}

export class TierAccountParameters extends TierParameters {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accountId?: string;
}

export class TierHistoryParameters extends TierAccountParameters {
  @ApiPropertyOptional({ enum: ['change', 'month'], default: 'change' })
  @IsOptional()
  @IsIn(['change', 'month'])
  per: 'change' | 'month' = 'change';

  @BusinessMonth({ example: '2026-01', description: 'leave out what ended before' }, 'from must read YYYY-MM / 月份格式应为 YYYY-MM')
  from?: string;
}

const GROUP_LEVELS = LEVELS.filter((level): level is Exclude<Level, 'account'> => level !== 'account');

export class TierStructureParameters extends TierParameters {
  @ApiPropertyOptional({ enum: GROUP_LEVELS, default: 'brand' })
  @IsOptional()
  @IsIn(GROUP_LEVELS)
  level: Exclude<Level, 'account'> = 'brand';

  @ApiPropertyOptional({ enum: ['adcode', 'sales'], default: 'adcode' })
  @IsOptional()
  @IsIn(['adcode', 'sales'])
  regions: 'adcode' | 'sales' = 'adcode';
}
