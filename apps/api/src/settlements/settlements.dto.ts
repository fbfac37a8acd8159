import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { BrandCode, OfBrand } from '../http/brand-code';
import { PageQuery } from '../http/page.dto';
import { BusinessMonth, GivenMonth } from '../http/business-period';

export class SettlementQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @BusinessMonth()
  month?: string;
}

export class Preparation extends OfBrand {
  @GivenMonth()
  month: string;
}

export class PreviewQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @GivenMonth()
  month: string;
}

export class SettlementDecision extends OfBrand {
  @ApiPropertyOptional({ description: 'Why' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}

export class HoldRequest extends OfBrand {
  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  dealerId: string;

  @ApiProperty({ description: 'Why' })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;

  @BusinessMonth({ description: 'This month only; without it every month' })
  month?: string;

  @ApiPropertyOptional({ description: 'The case or appeal that it is about' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  about?: string;
}

export class WaiverRequest extends OfBrand {
  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  dealerId: string;

  @GivenMonth()
  month: string;

  @ApiProperty({ description: 'The rule, by its id' })
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  ruleId: string;

  @ApiProperty({ description: 'Why' })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class Release extends OfBrand {
  @ApiProperty({ description: 'Why' })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

/** The rules themselves are checked as a whole, so that every fault is named at once. */
export class RulesRequest extends OfBrand {
  @ApiProperty({ example: '2026-10' })
  @IsString()
  fromMonth: string;

  @ApiProperty({ type: 'array', items: { type: 'object' } })
  @IsArray()
  rules: unknown[];

  @ApiPropertyOptional({ description: 'The most that one dealer gets in a month, decimal text' })
  @IsOptional()
  upToCny?: unknown;

  @ApiPropertyOptional({ description: 'Why' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}
