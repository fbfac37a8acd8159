import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE live_reaction (
    brand_id integer NOT NULL REFERENCES brand ON DELETE CASCADE,
    platform platform NOT NULL,
    session_id text NOT NULL,
    figure text NOT NULL CHECK (figure IN ('likes', 'gifts')),
    part_id text NOT NULL,
    minute timestamptz(3) NOT NULL,
    count bigint CHECK (count >= 0),
    kept_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, platform, session_id, figure, part_id)
  )`,
  'CREATE INDEX live_reaction_minute ON live_reaction (brand_id, platform, session_id, minute)',
  'CREATE INDEX live_reaction_kept_at ON live_reaction (kept_at)',
  `COMMENT ON TABLE live_reaction IS 'One row is one part of a live push: likes or gifts of a broadcast at one moment, known by the platform''s id of it. Minutes are summed from them; kept for five days, in which a part may come again.'`,
];

/** Likes and gifts of live pushes, to be summed by minute without counting one twice. */
export class LiveReactions1766510000000 implements MigrationInterface {
  name = 'LiveReactions1766510000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE live_reaction');
  }
}
