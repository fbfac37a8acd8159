import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsISO8601, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { FORWARDED_KINDS, FORWARDING_STATES, PLATFORMS } from '@app/contracts';
import type { ForwardedKind, ForwardingState, Platform } from '@app/contracts';
import { PageQuery } from '../http/page.dto';
import { BrandCode } from '../http/brand-code';

/** Millisecond instants beyond this are no dates. */
const LAST_INSTANT = 8.64e15;
const INSTANT = { strict: true, strictSeparator: true };
const ZONED = 'must be ISO 8601 with a zone / 须为带时区的 ISO 8601 时间';

/** Of which brand; a query, or a body. */
export class BrandParameters {
  @BrandCode()
  brand?: string;
}

export class ForwardingParameters extends IntersectionType(PageQuery, BrandParameters) {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  dealerId?: string;

  @ApiPropertyOptional({ description: 'deadlines from this instant on, epoch ms' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_INSTANT)
  dueFrom?: number;

  @ApiPropertyOptional({ description: 'deadlines before this instant, epoch ms' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_INSTANT)
  dueTo?: number;
}

export class ForwardingTaskParameters extends ForwardingParameters {
  @ApiPropertyOptional({ enum: FORWARDING_STATES, description: 'tasks with an assignment in this state' })
  @IsOptional()
  @IsIn(FORWARDING_STATES)
  state?: ForwardingState;
}

export class AssignBody extends BrandParameters {
  @ApiPropertyOptional({ description: 'an id of your own; default: one is made' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  taskId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  title?: string;

  @ApiProperty({ enum: PLATFORMS })
  @IsIn(PLATFORMS)
  platform: Platform;

  @ApiProperty({ description: 'the account whose content is forwarded' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  accountId: string;

  @ApiProperty({ enum: FORWARDED_KINDS })
  @IsIn(FORWARDED_KINDS)
  contentKind: ForwardedKind;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  contentId?: string;

  @ApiProperty({ example: '2026-10-18T21:00:00+08:00' })
  @IsISO8601(INSTANT, { message: `dueAt ${ZONED}` })
  dueAt: string;

  @ApiPropertyOptional({ type: [String], description: 'platform/id or staff:DEALER/NUMBER' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  forwarders: string[] = [];

  @ApiPropertyOptional({ description: 'every staff account of this dealer' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  toOuterOf?: string;
}

export class ProofBody extends BrandParameters {
  @ApiProperty({ description: 'platform/id or staff:DEALER/NUMBER' })
  @IsString()
  @MaxLength(300)
  forwarder: string;

  @ApiProperty({ example: '2026-10-18T20:05:00+08:00' })
  @IsISO8601(INSTANT, { message: `forwardedAt ${ZONED}` })
  forwardedAt: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  link?: string;

  @ApiPropertyOptional({ description: 'reference of a screenshot or text' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  textReference?: string;

  @ApiPropertyOptional({ description: 'entries that came by it; shares are no effect and not taken' })
  @IsOptional()
  @IsInt()
  @Min(0)
  joins?: number;

  @ApiPropertyOptional({ description: 'persons behind them' })
  @IsOptional()
  @IsInt()
  @Min(0)
  joinUsers?: number;

  @ApiPropertyOptional({ description: 'who tells the joins', example: 'channels-assistant' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  joinSource?: string;
}

export class WaiverBody extends BrandParameters {
  @ApiProperty({ description: 'platform/id or staff:DEALER/NUMBER' })
  @IsString()
  @MaxLength(300)
  forwarder: string;

  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  reason: string;
}
