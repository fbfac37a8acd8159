import * as fs from 'node:fs';
import { describeSchema } from './database-schema';
import { DEBIAN_POSTGRES_15, openDebianPostgres } from './database-servers';

const there = fs.existsSync(`${DEBIAN_POSTGRES_15}/initdb`);
const describeIfThere = there ? describe : describe.skip;

describeIfThere(`the state schema on PostgreSQL 15${there ? '' : ' (skipped: Debian package postgresql-15 is not installed)'}`, () =>
  describeSchema(() => openDebianPostgres(DEBIAN_POSTGRES_15)),
);
