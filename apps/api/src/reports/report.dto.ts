import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { BASES, LEVELS, PLATFORMS, TIERS } from '@app/contracts';
import type { Basis, Level, Platform, Tier } from '@app/contracts';
import { BrandCode } from '../http/brand-code';
import { BusinessMonth, DayAfterLast, FirstDay } from '../http/business-period';

/** Parameters of a report: those of the command line. Days and months are business days of the brand. */
export class ReportParameters {
  @BrandCode()
  brand?: string;

  @BusinessMonth()
  month?: string;

  @FirstDay()
  from?: string;

  @DayAfterLast()
  to?: string;

  @ApiPropertyOptional({
    example: '2026-Q4',
    description: 'a day 2026-10-05, week 2026-W41, month 2026-10, quarter 2026-Q4, year 2026, or live: the last 30 business days',
  })
  @IsOptional()
  @IsString()
  @MaxLength(10)
  period?: string;

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

  @ApiPropertyOptional({ enum: TIERS })
  @IsOptional()
  @IsIn([...TIERS])
  tier?: Tier;

  @ApiPropertyOptional({ enum: BASES, default: 'adjusted' })
  @IsOptional()
  @IsIn([...BASES])
  basis: Basis = 'adjusted';

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  dealerId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accountId?: string;

  @ApiPropertyOptional({ example: '华东/上海', description: 'path of the sales region, with what stands below it' })
  @IsOptional()
  @IsString()
  @MaxLength(400)
  salesRegion?: string;

  @ApiPropertyOptional({ example: '31', description: 'province (31), city (3101) or county (310101) by GB/T 2260' })
  @IsOptional()
  @Matches(/^[1-9]\d(\d\d){0,2}$/, { message: 'adcode must be two, four or six digits / adcode 应为两位、四位或六位数字' })
  adcode?: string;

  @ApiPropertyOptional({ description: 'dealer group' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  group?: string;

  @ApiPropertyOptional({ description: 'rankings: also between which places each rank lies' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value === true || value === 'true')
  @IsBoolean()
  confidence?: boolean;

  @ApiPropertyOptional({ description: 'rankings, for whoever sees a part of the brand: also the others, as places without names' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value === true || value === 'true')
  @IsBoolean()
  neighbours?: boolean;

  @ApiPropertyOptional({
    description:
      'long reports in less than a third of the bytes: { meta, packed } in place of { meta, rows }, see PackedRows; exact fractions are left out',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value === true || value === 'true')
  @IsBoolean()
  packed?: boolean;

  @ApiPropertyOptional({ example: '2026-10-18T21:00:00+08:00', description: 'answer out of what was known at this instant' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  asOf?: string;
}
