import { Module } from '@nestjs/common';
import { AppealsController } from './appeals.controller';
import { CaseDecisionsController } from './case-decisions.controller';
import { CasesController } from './cases.controller';
import { RectificationsController } from './rectifications.controller';

@Module({ controllers: [CasesController, CaseDecisionsController, AppealsController, RectificationsController] })
export class CasesModule {}
