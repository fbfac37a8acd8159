import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { BASES, FROZEN_REPORTS, LEVELS, type Basis, type FrozenReport, type Level } from '@app/contracts';
import { BrandCode, OfBrand } from '../http/brand-code';
import { PageQuery } from '../http/page.dto';
import { BusinessMonth, GivenMonth } from '../http/business-period';

export class ClosesQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @BusinessMonth()
  month?: string;
}

export class CloseDiffQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiProperty({ example: '2026-10#0', description: 'a month (its last close), one of its closes, or the id of a close' })
  @IsString()
  @MaxLength(60)
  from: string;

  @ApiPropertyOptional({ type: String, default: 'live', description: 'the same, or live: what is computed now' })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  to = 'live';

  @ApiPropertyOptional({ enum: FROZEN_REPORTS })
  @IsOptional()
  @IsIn(FROZEN_REPORTS)
  report?: FrozenReport;

  @ApiPropertyOptional({ enum: LEVELS })
  @IsOptional()
  @IsIn(LEVELS)
  level?: Level;

  @ApiPropertyOptional({ enum: BASES })
  @IsOptional()
  @IsIn(BASES)
  basis?: Basis;
}

class OfMonth extends OfBrand {
  @GivenMonth()
  month: string;
}

export class PreviewBody extends OfMonth {
  @ApiPropertyOptional({ example: '2026-11-05T12:00:00+08:00', description: 'default: as the policy of the month says, 48 h from now' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/(Z|[+-]\d{2}:?\d{2})$/, { message: 'until must have a zone / until 必须带时区' })
  until?: string;
}

export class CloseBody extends OfMonth {
  @ApiPropertyOptional({ enum: ['close', 'restate'], default: 'close' })
  @IsOptional()
  @IsIn(['close', 'restate'])
  kind: 'close' | 'restate' = 'close';

  @ApiPropertyOptional({ description: 'needed to restate, and with force' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;

  @ApiPropertyOptional({ description: 'before the end of the preview' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value === true || value === 'true')
  @IsBoolean()
  force?: boolean;
}

export class DecisionBody extends OfBrand {
  @ApiPropertyOptional({ description: 'why' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}
