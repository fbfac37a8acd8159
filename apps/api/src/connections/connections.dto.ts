import { PageQuery } from '../http/page.dto';
import { BrandCode } from '../http/brand-code';

export class ConnectionsQuery extends PageQuery {
  @BrandCode()
  brand?: string;
}
