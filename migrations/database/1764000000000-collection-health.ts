import type { MigrationInterface, QueryRunner } from 'typeorm';

const PRODUCTS = `('douyin-open', 'oceanengine', 'kuaishou-open', 'magnetic', 'channels-app', 'tencent-ads')`;
const ERROR_CLASSES = `('retry', 'wait-for-reset', 'needs-user', 'never', 'internal')`;

const CREATED = [
  `CREATE TABLE collection_health (
    brand_id integer NOT NULL REFERENCES brand,
    product text NOT NULL CHECK (product IN ${PRODUCTS}),
    account_id text NOT NULL CHECK (account_id <> ''),
    kind text NOT NULL CHECK (kind <> ''),
    last_try_at timestamptz(3) NOT NULL,
    last_success_at timestamptz(3),
    failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    error_class text CHECK (error_class IN ${ERROR_CLASSES}),
    wire_code text,
    endpoint text,
    next_try_at timestamptz(3),
    newest_fact_at timestamptz(3),
    newest_fact_day date,
    PRIMARY KEY (brand_id, product, account_id, kind),
    CONSTRAINT collection_health_error CHECK ((error_class IS NULL) = (failures = 0))
  )`,
  `COMMENT ON TABLE collection_health IS 'One row is how the collection of one kind of fact of one account stands: last try, last success, the error since then. The schedule is computed from it.'`,
  `CREATE TABLE collection_trouble (
    brand_id integer NOT NULL REFERENCES brand,
    product text NOT NULL CHECK (product IN ${PRODUCTS}),
    account_id text NOT NULL CHECK (account_id <> ''),
    kind text NOT NULL CHECK (kind <> ''),
    day date NOT NULL,
    error_class text NOT NULL CHECK (error_class IN ${ERROR_CLASSES}),
    wire_code text NOT NULL,
    endpoint text,
    tries integer NOT NULL CHECK (tries > 0),
    last_at timestamptz(3) NOT NULL,
    PRIMARY KEY (brand_id, product, account_id, kind, day)
  )`,
  `COMMENT ON TABLE collection_trouble IS 'One row is a business day on which tries of one kind of one account failed, with the latest reason: why a gap is one, also after the account has recovered.'`,
  `CREATE TABLE dead_letter (
    dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    product text NOT NULL CHECK (product IN ${PRODUCTS}),
    account_id text NOT NULL CHECK (account_id <> ''),
    kind text NOT NULL CHECK (kind <> ''),
    payload jsonb NOT NULL,
    error_class text NOT NULL CHECK (error_class IN ${ERROR_CLASSES}),
    wire_code text NOT NULL,
    endpoint text,
    first_at timestamptz(3) NOT NULL,
    last_at timestamptz(3) NOT NULL,
    attempts integer NOT NULL CHECK (attempts > 0),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'dropped')),
    CHECK (last_at >= first_at)
  )`,
  `COMMENT ON TABLE dead_letter IS 'One row is a job that was given up. Open until it is replayed (by a person, or because a later job brought the same) or dropped.'`,
  `CREATE UNIQUE INDEX dead_letter_open ON dead_letter
    (brand_id, product, account_id, kind, coalesce(payload ->> 'from', ''), coalesce(payload ->> 'to', '')) WHERE state = 'open'`,
];

/** How the collection of each account and kind stands, and which of its jobs were given up. */
export class CollectionHealth1764000000000 implements MigrationInterface {
  name = 'CollectionHealth1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of CREATED) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letter, collection_trouble, collection_health');
  }
}
