import { BeforeApplicationShutdown, Module } from '@nestjs/common';
import { WhatIfJobs } from '@app/what-if';
import { WhatIfController } from './what-if.controller';

@Module({ controllers: [WhatIfController] })
export class WhatIfModule implements BeforeApplicationShutdown {
  constructor(private readonly jobs: WhatIfJobs) {}

  /** Nobody asks for the answer of a long question any more: its queries end before the stores are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.jobs.close();
  }
}
