import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

/** Longer than any password that is taken; a limit only against bodies that are all password. */
const LONGEST_TEXT = 500;

const ofLength = (longest: number): PropertyDecorator[] => [ApiProperty(), IsString(), MinLength(1), MaxLength(longest)];
const Text =
  (longest = LONGEST_TEXT): PropertyDecorator =>
  (target, key) =>
    ofLength(longest).forEach((decorate) => decorate(target, key));

export class SignInBody {
  @ApiPropertyOptional({ description: 'code of the brand; may be left out where there is only one' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  brand?: string;

  @Text(200)
  login: string;

  @Text()
  password: string;
}

export class ChallengeBody {
  @Text(2000)
  challenge: string;
}

export class CodeBody {
  /** Six digits of the app, or a recovery code. */
  @Text(60)
  code: string;
}

export class ChallengeCodeBody extends ChallengeBody {
  @Text(60)
  code: string;
}

export class PasswordBody {
  @Text()
  current: string;

  @Text()
  next: string;
}

/** The password again, where there is one. */
export class OwnFactorBody {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  password?: string;
}

export class LinkBody {
  @Text(100)
  token: string;
}

export class LinkPasswordBody extends LinkBody {
  @Text()
  password: string;
}

export class OidcQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  brand?: string;
}
