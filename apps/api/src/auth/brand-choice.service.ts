import { Injectable } from '@nestjs/common';
import { StateReader } from '@app/database';

/** Which brand somebody signs in to. */
@Injectable()
export class BrandChoice {
  constructor(private readonly state: StateReader) {}

  async isNeeded(): Promise<boolean> {
    return (await this.state.listBrands()).length > 1;
  }

  /** The code that was given, or of the only brand. Not whether there is such a brand: a sign-in does not tell. */
  async of(given: string | undefined): Promise<string> {
    if (given !== undefined && given.trim() !== '') return given.trim();
    const brands = await this.state.listBrands();
    return brands.length === 1 ? brands[0].code : '';
  }
}
