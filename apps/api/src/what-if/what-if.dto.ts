import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsObject, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { BASES, LEVELS, PLATFORMS, TIERS, VALUE_LINES } from '@app/contracts';
import type { Basis, Level, Platform, StabilityQuery, SupposedPrice, Tier, ValueLine, WhatIfQuery } from '@app/contracts';
import { BrandCode } from '../http/brand-code';
import { BusinessMonth, DayAfterLast, FirstDay } from '../http/business-period';

class PriceBody implements SupposedPrice {
  @ApiProperty({ enum: PLATFORMS })
  @IsIn([...PLATFORMS])
  platform: Platform;

  @ApiProperty({ enum: VALUE_LINES })
  @IsIn([...VALUE_LINES])
  line: ValueLine;

  @ApiPropertyOptional({ example: '0.06' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  unitPriceCny?: string;

  @ApiPropertyOptional({ example: '0.5' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  discount?: string;
}

class StabilityBody implements StabilityQuery {
  @ApiPropertyOptional({ default: '0.1' })
  @IsOptional()
  @IsString()
  @MaxLength(10)
  share?: string;

  @ApiPropertyOptional({ default: 40 })
  @IsOptional()
  @IsInt()
  draws?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  seed?: number;
}

/** A question what if: which period, and what is supposed. */
export class WhatIfBody implements WhatIfQuery {
  @BrandCode()
  brand?: string;

  @BusinessMonth()
  month?: string;

  @FirstDay('2025-11-01')
  from?: string;

  @DayAfterLast()
  to?: string;

  @ApiPropertyOptional({ enum: LEVELS, default: 'account' })
  @IsOptional()
  @IsIn([...LEVELS])
  level: Level = 'account';

  @ApiPropertyOptional({ enum: ['adcode', 'sales'], default: 'adcode' })
  @IsOptional()
  @IsIn(['adcode', 'sales'])
  regions?: 'adcode' | 'sales';

  @ApiPropertyOptional({ enum: PLATFORMS })
  @IsOptional()
  @IsIn([...PLATFORMS])
  platform?: Platform;

  @ApiPropertyOptional({ enum: TIERS, description: 'of accounts: those that have it before or after' })
  @IsOptional()
  @IsIn([...TIERS])
  tier?: Tier;

  @ApiPropertyOptional({ enum: BASES, default: 'adjusted' })
  @IsOptional()
  @IsIn([...BASES])
  basis?: Basis;

  @ApiPropertyOptional({ description: 'fields of a policy: minVisits, weights.showroom, headTierCny …', example: { minVisits: 3 } })
  @IsOptional()
  @IsObject()
  policy?: Record<string, unknown>;

  @ApiPropertyOptional({ type: [PriceBody] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => PriceBody)
  prices?: PriceBody[];

  @ApiPropertyOptional({ description: 'rows of the import kind rate-cards', type: 'array', items: { type: 'object' } })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsObject({ each: true })
  rateCards?: Record<string, unknown>[];

  @ApiPropertyOptional({ type: StabilityBody })
  @IsOptional()
  @ValidateNested()
  @Type(() => StabilityBody)
  stability?: StabilityBody;

  @ApiPropertyOptional({ default: 10 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  rankStep?: number;

  @ApiPropertyOptional({ type: Number, default: 100, minimum: 1, maximum: 500, description: 'rows of the first page' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit = 100;
}
