import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEY = 'brand_id, product, account_id, kind, day';

/** Every cause of a day is kept, not the latest alone. */
export class TroubleByCause1766520000000 implements MigrationInterface {
  name = 'TroubleByCause1766520000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE collection_trouble DROP CONSTRAINT collection_trouble_pkey, ADD PRIMARY KEY (${KEY}, wire_code)`);
    await runner.query(
      `COMMENT ON TABLE collection_trouble IS 'One row is a code for which tries of one kind of one account failed on a business day: why a gap is one, also after the account has recovered.'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM collection_trouble AS one USING collection_trouble AS later
      WHERE (one.brand_id, one.product, one.account_id, one.kind, one.day) = (later.brand_id, later.product, later.account_id, later.kind, later.day)
        AND (one.last_at, one.wire_code) < (later.last_at, later.wire_code)`);
    await runner.query(`ALTER TABLE collection_trouble DROP CONSTRAINT collection_trouble_pkey, ADD PRIMARY KEY (${KEY})`);
  }
}
