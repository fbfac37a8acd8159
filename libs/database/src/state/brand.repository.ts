import { VitrineError, isZone, type Actor, type Brand } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { recordAct } from '../audit/act.repository';

/** The sentinel ids that every brand starts with (domain.md 3.5). */
const FIRST_SENTINELS = ['111111', '0', ''];

/**
 * Makes the brand if it is new, with the first sentinel ids; else brings name and zone up to what is given. Throws `bad_input` for an unknown
 * zone and `conflict` for another zone than the one in which facts are already kept. What `by` changes goes into the audit log; null: the product itself
 * sets up what it needs.
 */
export async function ensureBrand(
  dataSource: DataSource,
  { code, name, zone }: Omit<Brand, 'brandId'>,
  by: Actor | null = null,
): Promise<Brand> {
  const record = async (tx: EntityManager, brandId: number, before: object | null) => {
    if (by === null) return;
    const action = before === null ? 'brand.add' : 'brand.change';
    await recordAct(tx, { brandId, actor: by, action, subject: `brand/${code}`, before, after: { code, name, zone }, reason: null });
  };
  if (!isZone(zone) || !(zone === 'UTC' || zone.includes('/'))) throw unknownZone(zone);
  return dataSource.transaction(async (tx) => {
    const [made] = (await tx.query(
      'INSERT INTO brand (code, name, zone) VALUES ($1, $2, $3) ON CONFLICT (code) DO NOTHING RETURNING brand_id AS "brandId"',
      [code, name, zone],
    )) as { brandId: number }[];
    if (made) {
      await tx.query('INSERT INTO sentinel (brand_id, viewer) SELECT $1, unnest($2::text[])', [made.brandId, FIRST_SENTINELS]);
      await record(tx, made.brandId, null);
      return { brandId: made.brandId, code, name, zone };
    }
    const [found] = (await tx.query(
      'SELECT brand_id AS "brandId", name, zone, facts_since IS NOT NULL AS fixed FROM brand WHERE code = $1 FOR UPDATE',
      [code],
    )) as { brandId: number; name: string; zone: string; fixed: boolean }[];
    if (found.fixed && found.zone !== zone) throw zoneFixed(code, found.zone);
    await tx.query('UPDATE brand SET name = $2, zone = $3 WHERE brand_id = $1 AND (name, zone) IS DISTINCT FROM ($2, $3)', [
      found.brandId,
      name,
      zone,
    ]);
    if (found.name !== name || found.zone !== zone) await record(tx, found.brandId, { code, name: found.name, zone: found.zone });
    return { brandId: found.brandId, code, name, zone };
  });
}

function unknownZone(zone: string): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `未知时区 ${zone}`, en: `${zone} is no IANA time zone` },
    { remedy: { zh: '请使用 IANA 时区名，例如 Asia/Shanghai', en: 'Use an IANA name such as Asia/Shanghai' } },
  );
}

function zoneFixed(code: string, zone: string): VitrineError {
  return new VitrineError(
    'conflict',
    { zh: `品牌 ${code} 已有数据，时区固定为 ${zone}`, en: `Brand ${code} has facts; its zone stays ${zone}` },
    { remedy: { zh: '请沿用该时区，或新建品牌并重新导入', en: 'Keep that zone, or make a new brand and import again' } },
  );
}
