import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, Matches } from 'class-validator';
import { PageQuery } from '../http/page.dto';
import { BrandCode } from '../http/brand-code';

/** Parameters of the report of differences between sources. */
export class ReconciliationQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ example: '2026-10', description: 'default: the newest complete month' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'month must read YYYY-MM / 月份格式应为 YYYY-MM' })
  month?: string;

  @ApiPropertyOptional({ description: 'only what is beyond its tolerance' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => value === true || value === 'true')
  @IsBoolean()
  beyond?: boolean;
}
