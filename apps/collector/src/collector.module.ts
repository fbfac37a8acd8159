import { type DynamicModule, Module } from '@nestjs/common';
import { CollectModule } from './collect/collect.module';
import type { CollectorStores } from './collect/open-collector';

/** The role that runs jobs. */
@Module({})
export class CollectorModule {
  static with(stores: CollectorStores): DynamicModule {
    return { module: CollectorModule, imports: [CollectModule.with(stores)] };
  }
}
