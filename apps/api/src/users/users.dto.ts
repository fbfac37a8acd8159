import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { ROLES } from '@app/contracts';

const GRANTS = { type: 'array', items: { type: 'object' }, example: [{ kind: 'dealer', dealerId: 'D01' }] } as const;

export class InvitationBody {
  @ApiProperty({ description: 'email or name, unique in the brand' })
  @IsString()
  @MaxLength(100)
  login: string;

  @ApiProperty()
  @IsString()
  @MaxLength(100)
  name: string;

  @ApiPropertyOptional({ description: 'by which the company’s sign-in finds the user; default: the login, where it is an email' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  email?: string;

  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: string;

  @ApiProperty({ ...GRANTS, description: 'the rows that the user sees, of the kind that belongs to the role' })
  @IsArray()
  grants: unknown[];
}

export class UserChangeBody {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string;

  @ApiPropertyOptional({ type: String, nullable: true })
  @ValidateIf((_, value) => value !== null && value !== undefined)
  @IsString()
  @MaxLength(200)
  email?: string | null;

  @ApiPropertyOptional({ enum: ROLES })
  @IsOptional()
  @IsIn(ROLES)
  role?: string;

  @ApiPropertyOptional(GRANTS)
  @IsOptional()
  @IsArray()
  grants?: unknown[];

  @ApiPropertyOptional({ enum: ['active', 'disabled'] })
  @IsOptional()
  @IsIn(['active', 'disabled'])
  state?: 'active' | 'disabled';
}
