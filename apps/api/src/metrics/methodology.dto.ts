import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { Language } from '@app/contracts';
import { BrandCode } from '../http/brand-code';

/** Parameters of the description of the method. */
export class MethodologyQuery {
  @ApiPropertyOptional({ enum: ['zh', 'en'], default: 'zh' })
  @IsOptional()
  @IsIn(['zh', 'en'])
  lang: Language = 'zh';

  @ApiPropertyOptional({ example: '2026-10', description: 'default: the newest complete month' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'month must read YYYY-MM / 月份格式应为 YYYY-MM' })
  month?: string;

  @BrandCode()
  brand?: string;
}
