import { describeSchema } from './database-schema';
import { openEmbeddedPostgres } from './database-servers';

describe('the state schema on the embedded PostgreSQL', () => describeSchema(openEmbeddedPostgres));
