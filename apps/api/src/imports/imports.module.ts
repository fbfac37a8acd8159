import { BeforeApplicationShutdown, Module } from '@nestjs/common';
import { UploadJobs } from '@app/ingest';
import { BatchesController } from './batches.controller';
import { ImportsController } from './imports.controller';

// the list of batches first: its address would be taken for an upload's
@Module({ controllers: [BatchesController, ImportsController] })
export class ImportsModule implements BeforeApplicationShutdown {
  constructor(private readonly uploads: UploadJobs) {}

  /** What is being written is written to its end before the stores are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.uploads.close();
  }
}
