import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { DayAfterLast, FirstDay } from '../http/business-period';
import { PageLimit } from '../http/page.dto';

const LONGEST = 200;

/** Which acts are asked for. */
export class AuditQuery extends PageLimit {
  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,14}$/, { message: 'cursor is not one that a page gave / cursor 不是由上一页返回的值' })
  cursor?: string;

  @ApiPropertyOptional({ description: 'id or name of who acted' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  actor?: string;

  @ApiPropertyOptional({ description: 'close.confirm, or all of close' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  action?: string;

  @ApiPropertyOptional({ description: 'what it was done to: proposal/12, rate-cards' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  subject?: string;

  @FirstDay()
  from?: string;

  @DayAfterLast()
  to?: string;

  @ApiPropertyOptional({ description: 'part of anything that an act says' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  text?: string;
}
