import { type DynamicModule, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { openCollector, type Collector, type CollectorStores } from './open-collector';
import { CollectService } from './collect.service';

/** Starts the workers with the process and stops them with it. */
@Injectable()
class CollectLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly collector: Collector) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.collector.start({ schedules: true });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.collector.close();
  }
}

/** The slice that reads the platforms. Exports CollectService. */
@Module({})
export class CollectModule {
  static with(stores: CollectorStores): DynamicModule {
    const collector = openCollector(stores);
    return {
      module: CollectModule,
      providers: [
        { provide: CollectLifecycle, useFactory: () => new CollectLifecycle(collector) },
        { provide: CollectService, useValue: collector.service },
      ],
      exports: [CollectService],
    };
  }
}
