import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/**
 * Prices, policies, closes and settlements need a second person of the right role: which role, the action of the route says; that it is another person, the
 * service that does it. From the second user of a brand on: a brand with one user would never come to an end.
 */
@Injectable()
export class FourEyes {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Has the brand one user, and no more? Who could ever sign in counts although disabled since: else an admin would disable the second pair of eyes, decide alone
   * and enable it again. A brand whose other users have left decides at the command line, or invites somebody.
   */
  async isAlone(brand: string): Promise<boolean> {
    const [{ users }] = (await this.dataSource.query(
      `SELECT count(*)::int AS users
       FROM app_user
       JOIN brand USING (brand_id)
       WHERE brand.code = $1
         AND (app_user.state <> 'disabled' OR app_user.password_hash IS NOT NULL OR app_user.oidc_subject IS NOT NULL)`,
      [brand],
    )) as { users: number }[];
    return users <= 1;
  }
}
