import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

/** What a brand decides for all of its people. */
export class SettingsBody {
  @ApiProperty({ description: 'may people of dealers see the others of a ranking as places without names?' })
  @IsBoolean()
  showsNeighbours: boolean;
}
