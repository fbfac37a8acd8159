import { BeforeApplicationShutdown, Module } from '@nestjs/common';
import { UploadJobs } from '@app/ingest';
import { ImportsController } from './imports.controller';

@Module({ controllers: [ImportsController] })
export class ImportsModule implements BeforeApplicationShutdown {
  constructor(private readonly uploads: UploadJobs) {}

  /** What is being written is written to its end before the stores are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.uploads.close();
  }
}
