import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BrandNeighbours1766100000000 implements MigrationInterface {
  name = 'BrandNeighbours1766100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brand ADD COLUMN shows_neighbours boolean NOT NULL DEFAULT true');
    await runner.query(
      `COMMENT ON COLUMN brand.shows_neighbours IS 'May people of dealers see the others of a ranking as places without names (docs/adr/0032)?'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brand DROP COLUMN shows_neighbours');
  }
}
