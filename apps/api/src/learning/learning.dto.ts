import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { BrandCode, OfBrand } from '../http/brand-code';
import { PageQuery } from '../http/page.dto';

export class PrecisionParameters extends PageQuery {
  @BrandCode()
  brand?: string;
}

/** The month whose dealers are drawn from. */
export class DrawParameters extends OfBrand {
  @ApiProperty({ example: '2026-10' })
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'month must read YYYY-MM / 月份格式应为 YYYY-MM' })
  month: string;
}
