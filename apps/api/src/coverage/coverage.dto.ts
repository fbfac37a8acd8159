import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { COVERED_KINDS, HEALTH_STATES, PLATFORMS, type CoveredKind, type HealthState, type Platform } from '@app/contracts';
import { DEAD_LETTER_STATES, type DeadLetterState } from '@app/database';
import { PageQuery } from '../http/page.dto';
import { BrandCode } from '../http/brand-code';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Which accounts and days: business days `from` ≤ day < `to`; default the last 30 whole ones. */
export class AccountDaysQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ description: 'id of one account, or platform/id' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  account?: string;

  @ApiPropertyOptional({ enum: PLATFORMS })
  @IsOptional()
  @IsIn(PLATFORMS)
  platform?: Platform;

  @ApiPropertyOptional({ example: '2026-10-01' })
  @IsOptional()
  @Matches(DAY, { message: 'from must read YYYY-MM-DD / from 格式应为 YYYY-MM-DD' })
  from?: string;

  @ApiPropertyOptional({ example: '2026-11-01', description: 'the day after the last' })
  @IsOptional()
  @Matches(DAY, { message: 'to must read YYYY-MM-DD / to 格式应为 YYYY-MM-DD' })
  to?: string;
}

export class CoverageParameters extends AccountDaysQuery {
  @ApiPropertyOptional({ enum: COVERED_KINDS })
  @IsOptional()
  @IsIn(COVERED_KINDS)
  kind?: CoveredKind;
}

export class HealthParameters extends AccountDaysQuery {
  @ApiPropertyOptional({ enum: HEALTH_STATES })
  @IsOptional()
  @IsIn(HEALTH_STATES)
  state?: HealthState;
}

export class DeadLetterParameters extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ enum: DEAD_LETTER_STATES, default: 'open' })
  @IsOptional()
  @IsIn(DEAD_LETTER_STATES)
  state: DeadLetterState = 'open';
}
