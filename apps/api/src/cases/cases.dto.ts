import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import {
  APPEAL_GROUNDS,
  APPEAL_STATES,
  CASE_OUTCOMES,
  CASE_STATES,
  PLATFORMS,
  RECTIFICATION_STATES,
  type AppealGround,
  type AppealState,
  type CaseOutcome,
  type CaseState,
  type Platform,
  type RectificationState,
} from '@app/contracts';
import { BrandCode, OfBrand } from '../http/brand-code';
import { PageQuery } from '../http/page.dto';

const MOST_TEXT = 2000;
const MOST_FINDINGS = 500;

/** Text that is kept for ever. */
const KeptText = (description: string): PropertyDecorator =>
  applyDecorators(ApiProperty({ description, maxLength: MOST_TEXT }), IsString(), MinLength(1), MaxLength(MOST_TEXT));

const AnId = (): PropertyDecorator => applyDecorators(IsOptional(), IsString(), MaxLength(200));

/** Ids of findings. */
const Findings = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description, type: [String] }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(MOST_FINDINGS),
    IsString({ each: true }),
    MaxLength(200, { each: true }),
  );

/** One value, several with commas, or the parameter several times. */
const listed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string'
    ? value.split(',')
    : Array.isArray(value)
      ? value.flatMap((one: unknown) => (typeof one === 'string' ? one.split(',') : one))
      : value;

export class CaseListQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ enum: CASE_STATES, isArray: true, description: 'one or several states' })
  @IsOptional()
  @Transform(listed)
  @IsIn(CASE_STATES, { each: true })
  state?: CaseState[];

  @ApiPropertyOptional({ enum: PLATFORMS })
  @IsOptional()
  @IsIn(PLATFORMS)
  platform?: Platform;

  @ApiPropertyOptional()
  @AnId()
  accountId?: string;

  @ApiPropertyOptional()
  @AnId()
  dealerId?: string;

  @ApiPropertyOptional({ description: 'cases in which this detector spoke' })
  @AnId()
  detector?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'those that the asker has claimed' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  mine?: boolean;

  @ApiPropertyOptional({ enum: ['risk', 'opened', 'due'], default: 'risk', type: String })
  @IsOptional()
  @IsIn(['risk', 'opened', 'due'])
  order?: 'risk' | 'opened' | 'due';
}

export class CaseWindow {
  @ApiProperty({ example: '2026-10-01T00:00:00+08:00' })
  @IsISO8601({ strict: true })
  from: string;

  @ApiProperty({ example: '2026-11-01T00:00:00+08:00' })
  @IsISO8601({ strict: true })
  to: string;
}

export class CaseSubject {
  @ApiProperty({ enum: ['session', 'account', 'dealer', 'brand'] })
  @IsIn(['session', 'account', 'dealer', 'brand'])
  kind: 'session' | 'account' | 'dealer' | 'brand';

  @ApiPropertyOptional({ enum: PLATFORMS })
  @ValidateIf(({ kind }: CaseSubject) => kind === 'session' || kind === 'account')
  @IsIn(PLATFORMS)
  platform?: Platform;

  @ApiPropertyOptional()
  @ValidateIf(({ kind }: CaseSubject) => kind === 'session' || kind === 'account')
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  accountId?: string;

  @ApiPropertyOptional()
  @ValidateIf(({ kind }: CaseSubject) => kind === 'session')
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  sessionId?: string;

  @ApiPropertyOptional()
  @ValidateIf(({ kind }: CaseSubject) => kind === 'dealer')
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  dealerId?: string;
}

export class OpeningRequest extends OfBrand {
  @ApiProperty({ type: CaseSubject })
  @IsObject()
  @ValidateNested()
  @Type(() => CaseSubject)
  subject: CaseSubject;

  @ApiProperty({ type: CaseWindow })
  @IsObject()
  @ValidateNested()
  @Type(() => CaseWindow)
  window: CaseWindow;

  @ApiProperty({ enum: ['person', 'sample'] })
  @IsIn(['person', 'sample'])
  origin: 'person' | 'sample';

  @KeptText('Why')
  reason: string;
}

export class NoteRequest extends OfBrand {
  @KeptText('For other reviewers; dealers are never shown it')
  text: string;
}

export class DecisionRequest extends OfBrand {
  @ApiProperty({ enum: CASE_OUTCOMES })
  @IsIn(CASE_OUTCOMES)
  outcome: CaseOutcome;

  @ApiProperty({ description: 'one of GET /api/v1/cases/reasons' })
  @IsString()
  @MaxLength(100)
  reasonCode: string;

  @KeptText('Why')
  reason: string;

  @Findings('Findings that it stands on; absent: all')
  signalIds?: string[];

  @ApiPropertyOptional({
    type: Boolean,
    description: 'leave what they list out of the adjusted figures; absent: where they list something',
  })
  @IsOptional()
  @IsBoolean()
  exclude?: boolean;

  @ApiPropertyOptional({ type: Boolean })
  @IsOptional()
  @IsBoolean()
  warn?: boolean;
}

export class PenaltyRequest extends OfBrand {
  @ApiPropertyOptional()
  @AnId()
  dealerId?: string;

  @ApiPropertyOptional({ type: [String], description: 'months of the case; absent: all of them' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(12)
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { each: true })
  months?: string[];

  @KeptText('Why')
  reason: string;
}

export class ReasonRequest extends OfBrand {
  @KeptText('Why')
  reason: string;
}

export class AppealRequest extends OfBrand {
  @Findings('Findings that it is against; absent: all that stand')
  signalIds?: string[];

  @ApiProperty({ enum: APPEAL_GROUNDS })
  @IsIn(APPEAL_GROUNDS)
  ground: AppealGround;

  @KeptText('What the dealer says')
  text: string;
}

export class AppealListQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ enum: APPEAL_STATES })
  @IsOptional()
  @IsIn(APPEAL_STATES)
  state?: AppealState;
}

export class VerdictRequest extends OfBrand {
  @ApiProperty({ enum: ['upheld', 'overturned'] })
  @IsIn(['upheld', 'overturned'])
  outcome: 'upheld' | 'overturned';

  @KeptText('Why')
  reason: string;

  @Findings('When overturned: findings that fall; absent: all of the appeal')
  falls?: string[];
}

export class FileQuery extends OfBrand {
  @ApiProperty({ description: 'name of the file as people see it' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;
}

export class OrderRequest extends OfBrand {
  @ApiPropertyOptional()
  @AnId()
  dealerId?: string;

  @KeptText('What has to be put right')
  text: string;

  @ApiPropertyOptional({ type: Number, description: 'working days until it is due' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(120)
  workingDays?: number;
}

export class RectificationListQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ enum: RECTIFICATION_STATES })
  @IsOptional()
  @IsIn(RECTIFICATION_STATES)
  state?: RectificationState;
}

export class AnswerRequest extends OfBrand {
  @KeptText('What was done')
  text: string;
}
