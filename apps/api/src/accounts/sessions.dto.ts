import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { PageQuery } from '../http/page.dto';
import { BrandCode } from '../http/brand-code';

/** A month, or business days from `from` to the day before `to`; default the present month. */
export class SessionParameters extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ example: '2026-10' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'month must read YYYY-MM / 月份格式应为 YYYY-MM' })
  month?: string;

  @ApiPropertyOptional({ example: '2026-10-01' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'from must read YYYY-MM-DD / 起始日格式应为 YYYY-MM-DD' })
  from?: string;

  @ApiPropertyOptional({ example: '2026-11-01' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'to must read YYYY-MM-DD / 截止日格式应为 YYYY-MM-DD' })
  to?: string;
}
