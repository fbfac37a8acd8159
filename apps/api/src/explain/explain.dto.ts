import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { BASES, LEVELS, PLATFORMS, REPORTS, SCORE_PARTS, VALUE_LINES } from '@app/contracts';
import type { Basis, Level, Platform, ReportName, ScorePart, ValueLine } from '@app/contracts';
import { PageQuery } from '../http/page.dto';
import { BrandCode } from '../http/brand-code';
import { BusinessMonth, DayAfterLast, FirstDay } from '../http/business-period';

/** Parameters of an explanation: those of the report, the subject, and a page of rows. */
export class ExplainParameters extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ enum: REPORTS, description: 'where several reports hold the figure' })
  @IsOptional()
  @IsIn([...REPORTS])
  report?: ReportName;

  @BusinessMonth()
  month?: string;

  @FirstDay()
  from?: string;

  @DayAfterLast()
  to?: string;

  @ApiPropertyOptional({ example: '2026-Q4' })
  @IsOptional()
  @IsString()
  @MaxLength(20)
  period?: string;

  @ApiPropertyOptional({ enum: LEVELS, default: 'account' })
  @IsOptional()
  @IsIn([...LEVELS])
  level: Level = 'account';

  @ApiPropertyOptional({ enum: ['adcode', 'sales'], default: 'adcode' })
  @IsOptional()
  @IsIn(['adcode', 'sales'])
  regions?: 'adcode' | 'sales';

  @ApiPropertyOptional({ enum: BASES, default: 'adjusted' })
  @IsOptional()
  @IsIn([...BASES])
  basis: Basis = 'adjusted';

  @ApiPropertyOptional({ description: 'platform:accountId, dealer id, or region; none at the level of the brand' })
  @IsOptional()
  @IsString()
  @MaxLength(250)
  subject?: string;

  @ApiPropertyOptional({ example: '2026-10-18T21:00:00+08:00', description: 'answer out of what was known at this instant' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  asOf?: string;

  @ApiPropertyOptional({ enum: SCORE_PARTS, description: 'of a percentile: which part of the score' })
  @IsOptional()
  @IsIn([...SCORE_PARTS])
  part?: ScorePart;

  @ApiPropertyOptional({ enum: VALUE_LINES, description: 'of units and prices: which line' })
  @IsOptional()
  @IsIn([...VALUE_LINES])
  line?: ValueLine;

  @ApiPropertyOptional({ enum: PLATFORMS, description: 'of units and prices: the line on which platform' })
  @IsOptional()
  @IsIn([...PLATFORMS])
  platform?: Platform;

  @BusinessMonth(
    { example: '2026-09', description: 'score: what changed since another month' },
    'againstMonth must read YYYY-MM / againstMonth 格式应为 YYYY-MM',
  )
  againstMonth?: string;

  @ApiPropertyOptional({ description: 'score: what makes the difference to another subject of the same level' })
  @IsOptional()
  @IsString()
  @MaxLength(250)
  againstSubject?: string;

  @ApiPropertyOptional({ description: 'every visit of one viewer, as its row names it (vk…)' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  viewer?: string;

  @ApiPropertyOptional({ type: Boolean, default: true, description: 'each row with what is behind it, down to the deliveries' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value === undefined || value === true || value === 'true')
  @IsBoolean()
  nested = true;
}
