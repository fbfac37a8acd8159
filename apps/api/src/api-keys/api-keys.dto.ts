import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsIn, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { KEY_ACTIONS } from '@app/access';

const YEAR = 366;

class KeyLife {
  @ApiPropertyOptional({ type: Number, default: 90, minimum: 1, maximum: YEAR, description: 'ends after so many days' })
  @IsInt()
  @Min(1)
  @Max(YEAR)
  days = 90;
}

export class ApiKeyBody extends KeyLife {
  @ApiProperty({ description: 'whose it is, or what for' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name: string;

  @ApiProperty({ enum: KEY_ACTIONS, isArray: true })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(KEY_ACTIONS.length)
  @IsIn(KEY_ACTIONS, { each: true })
  actions: string[];

  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [{ kind: 'brand' }], description: 'the rows that it sees' })
  @IsArray()
  grants: unknown[];
}

export class ApiKeyRotationBody extends KeyLife {
  @ApiPropertyOptional({ type: Number, default: 7, minimum: 0, maximum: 30, description: 'the former key ends after so many days' })
  @IsInt()
  @Min(0)
  @Max(30)
  overlapDays = 7;
}
