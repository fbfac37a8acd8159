import { Module } from '@nestjs/common';
import { PersonsController } from './persons.controller';
import { RetentionController } from './retention.controller';
import { StaffController } from './staff.controller';

@Module({ controllers: [PersonsController, RetentionController, StaffController] })
export class PrivacyModule {}
