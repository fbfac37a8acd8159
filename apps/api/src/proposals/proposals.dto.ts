import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { PROPOSAL_KINDS, PROPOSAL_STATES, type ProposalKind, type ProposalState } from '@app/contracts';
import { BrandCode, OfBrand } from '../http/brand-code';
import { PageQuery } from '../http/page.dto';

export class ProposalsQuery extends PageQuery {
  @BrandCode()
  brand?: string;

  @ApiPropertyOptional({ enum: PROPOSAL_STATES })
  @IsOptional()
  @IsIn(PROPOSAL_STATES)
  state?: ProposalState;

  @ApiPropertyOptional({ enum: PROPOSAL_KINDS })
  @IsOptional()
  @IsIn(PROPOSAL_KINDS)
  kind?: ProposalKind;
}

export class NewProposal extends OfBrand {
  @ApiProperty({ enum: PROPOSAL_KINDS })
  @IsIn(PROPOSAL_KINDS)
  kind: ProposalKind;

  @ApiProperty({ type: 'array', items: { type: 'object' }, description: 'Rows with the fields of the import kind' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @IsObject({ each: true })
  rows: Record<string, unknown>[];

  @ApiProperty({ description: 'Why' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason: string;
}

export class ProposalNote extends OfBrand {
  @ApiPropertyOptional({ description: 'Why' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}
