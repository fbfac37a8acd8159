import { randomBytes } from 'node:crypto';
import { VitrineError, addMonths, businessMonth, isMonth, monthPeriod, type Brand } from '@app/contracts';
import { KEY_OVERLAP_MS, ViewerKeys, firstViewerKey, type ViewerKeyVersion } from '@app/warehouse';
import type { DataSource, EntityManager } from 'typeorm';
import { actorNow } from '../audit/acting';
import { recordAct } from '../audit/act.repository';
import { MAY_STILL_WRITE } from '../deliveries/delivery.repository';
import { ViewerKeyEntity } from '../entities/viewer-key.entity';
import { SealVault } from '../seal/seal-vault';
import { holdInTransaction } from '../locks/locks';

export const VIEWER_KEY_PURPOSE = 'viewer-keys';
export const viewerKeyPlace = (brandId: number | string, version: number | string) => ['viewer-key', brandId, version];

/** A process that was writing when the next key was made must be done before an entry can need it. */
const NOTICE_MS = 86_400_000;
/** Windows of 31 days of two changes must not meet: an entry carries one next key. */
const MONTHS_BETWEEN = 2;
const KEY_BYTES = 32;

/** A version as people see it: never the key. */
export interface ListedViewerKey {
  version: number;
  /** First business month `YYYY-MM`; null: since ever. */
  fromMonth: string | null;
  overlap: boolean;
  inForce: boolean;
  /** Stored under a seal of its own; else derived from the installation's secret. */
  sealed: boolean;
}

/** The brand's keys in all versions. Throws `conflict` when the present secret opens one of them not. */
export async function loadViewerKeys(store: DataSource | EntityManager, secret: string, brandId: number): Promise<ViewerKeys> {
  return new ViewerKeys(secret, brandId, await versionsOf(store, secret, brandId));
}

async function versionsOf(store: DataSource | EntityManager, secret: string, brandId: number): Promise<ViewerKeyVersion[]> {
  const found = await store.getRepository(ViewerKeyEntity).find({ where: { brandId }, order: { version: 'ASC' } });
  const vault = new SealVault(secret, VIEWER_KEY_PURPOSE);
  const stored = found.map(({ version, sealedKey, validFrom, overlap }) => ({
    version,
    key: opened(vault, sealedKey, brandId, version),
    validFrom: validFrom?.getTime() ?? null,
    overlap,
  }));
  return stored[0]?.version === 1 ? stored : [firstViewerKey(secret, brandId), ...stored];
}

function opened(vault: SealVault, box: Buffer, brandId: number, version: number): Buffer {
  try {
    return vault.open(box, viewerKeyPlace(brandId, version));
  } catch (cause) {
    throw new VitrineError(
      'conflict',
      { zh: `无法用当前密钥解开第 ${version} 版观众密钥`, en: `Viewer key version ${version} cannot be opened with the present secret` },
      {
        remedy: {
          zh: '请恢复原来的 VITRINE_SECRET；换密钥请用 vitrine secret rotate',
          en: 'Restore the former VITRINE_SECRET; to change it use vitrine secret rotate',
        },
        cause,
      },
    );
  }
}

/** Seals each brand's derived first key as it is, so that it no longer hangs on the secret. Brands that have one keep it. */
export async function sealFirstViewerKeys(dataSource: DataSource, secret: string): Promise<void> {
  const missing = (await dataSource.query(
    'SELECT brand_id AS "brandId" FROM brand WHERE NOT EXISTS (SELECT FROM viewer_key k WHERE k.brand_id = brand.brand_id AND version = 1)',
  )) as { brandId: number }[];
  for (const { brandId } of missing) await storeFirst(dataSource.manager, secret, brandId);
}

async function storeFirst(tx: EntityManager, secret: string, brandId: number): Promise<void> {
  await store(tx, secret, brandId, firstViewerKey(secret, brandId));
}

async function store(
  tx: EntityManager,
  secret: string,
  brandId: number,
  { version, key, validFrom, overlap }: ViewerKeyVersion,
): Promise<void> {
  const box = new SealVault(secret, VIEWER_KEY_PURPOSE).seal(key, viewerKeyPlace(brandId, version));
  await tx.query(
    `INSERT INTO viewer_key (brand_id, version, sealed_key, valid_from, overlap) VALUES ($1, $2, $3, to_timestamp($4::numeric / 1000), $5)
     ON CONFLICT (brand_id, version) DO NOTHING`,
    [brandId, version, box, validFrom, overlap],
  );
}

/** Every version of the brand's key, oldest first. */
export async function listViewerKeys(dataSource: DataSource, brand: Brand, now: number): Promise<ListedViewerKey[]> {
  const found = await dataSource.getRepository(ViewerKeyEntity).find({ where: { brandId: brand.brandId }, order: { version: 'ASC' } });
  const first = { version: 1, fromMonth: null, overlap: false, sealed: false, from: -Infinity };
  const all = found.map(({ version, validFrom, overlap }) => ({
    version,
    fromMonth: validFrom === null ? null : businessMonth(validFrom.getTime(), brand.zone),
    overlap,
    sealed: true,
    from: validFrom?.getTime() ?? -Infinity,
  }));
  const listed = all[0]?.version === 1 ? all : [first, ...all];
  const current = listed.findLast(({ from }) => from <= now)?.version;
  return listed.map(({ version, fromMonth, overlap, sealed }) => ({ version, fromMonth, overlap, sealed, inForce: version === current }));
}

/** The first month at which a key that is made now can be in force with its 31 days of overlap. */
export function earliestRotation(brand: Brand, now: number): string {
  let month = addMonths(businessMonth(now, brand.zone), 1);
  while (monthPeriod(month, brand.zone).from - KEY_OVERLAP_MS < now + NOTICE_MS) month = addMonths(month, 1);
  return month;
}

export interface Rotation {
  brand: Brand;
  secret: string;
  now: number;
  /** First business month of the next key; default the earliest possible. */
  fromMonth?: string;
  /** A key that is known to others must go at the next month: viewers are then not joined over the change. */
  withoutOverlap?: boolean;
  /** Whether entries from an instant on have been delivered. Where none have, nothing is in without the new key, and a near month will do. */
  hasEntriesSince?: (since: number) => Promise<boolean>;
}

/**
 * Makes the brand's next key, in force from a month's first instant. Throws `bad_input` for a month that is too near for the overlap (whose entries
 * would already have come without it) and `conflict` when another change lies within two months.
 */
export async function rotateViewerKey(dataSource: DataSource, rotation: Rotation): Promise<ListedViewerKey[]> {
  const { brand, secret, now, withoutOverlap = false } = rotation;
  const earliest = withoutOverlap ? addMonths(businessMonth(now, brand.zone), 1) : earliestRotation(brand, now);
  const fromMonth = rotation.fromMonth ?? earliest;
  if (!isMonth(fromMonth)) throw noMonth();
  await dataSource.transaction(async (tx) => {
    await holdInTransaction(tx, { lock: 'viewerKey', of: brand.brandId });
    if (fromMonth < earliest && (withoutOverlap || !(await nothingIsIn(tx, rotation, fromMonth)))) throw tooSoon(earliest, withoutOverlap);
    await storeFirst(tx, secret, brand.brandId);
    const [latest] = await tx.find(ViewerKeyEntity, { where: { brandId: brand.brandId }, order: { version: 'DESC' }, take: 1 });
    const before = latest.validFrom && businessMonth(latest.validFrom.getTime(), brand.zone);
    if (before !== null && fromMonth < addMonths(before, MONTHS_BETWEEN)) throw tooClose(before, addMonths(before, MONTHS_BETWEEN));
    const validFrom = monthPeriod(fromMonth, brand.zone).from;
    await store(tx, secret, brand.brandId, {
      version: latest.version + 1,
      key: randomBytes(KEY_BYTES),
      validFrom,
      overlap: !withoutOverlap,
    });
    const version = latest.version + 1;
    await recordAct(tx, {
      brandId: brand.brandId,
      actor: actorNow(),
      action: 'viewer-key.rotate',
      subject: `viewer-key/${version}`,
      before: { version: latest.version, fromMonth: before },
      after: { version, fromMonth, overlap: !withoutOverlap },
      reason: null,
    });
  });
  return listViewerKeys(dataSource, brand, now);
}

/** No entry that would have to carry the key is in or on its way: a delivery that begins after this transaction finds the key. */
async function nothingIsIn(tx: EntityManager, { brand, now, hasEntriesSince }: Rotation, fromMonth: string): Promise<boolean> {
  if (!hasEntriesSince || fromMonth <= businessMonth(now, brand.zone)) return false;
  await tx.query('LOCK TABLE delivery IN SHARE ROW EXCLUSIVE MODE'); // nobody begins until this commits
  const open = (await tx.query(`SELECT FROM delivery JOIN batch USING (batch_id) WHERE brand_id = $1 AND ${MAY_STILL_WRITE} LIMIT 1`, [
    brand.brandId,
  ])) as unknown[];
  return open.length === 0 && !(await hasEntriesSince(monthPeriod(fromMonth, brand.zone).from - KEY_OVERLAP_MS));
}

const noMonth = () =>
  new VitrineError(
    'bad_input',
    { zh: '不是有效的月份', en: 'No month' },
    { remedy: { zh: '请写成 2027-01 的形式', en: 'Write it as 2027-01' }, details: [{ field: 'from', message: 'not a month' }] },
  );

const tooSoon = (earliest: string, withoutOverlap: boolean) =>
  new VitrineError(
    'bad_input',
    {
      zh: `最早可从 ${earliest} 起更换${withoutOverlap ? '' : '：更换前 31 天的进房须同时带上新密钥，已入库的无法补上'}`,
      en: `The earliest month is ${earliest}${withoutOverlap ? '' : ': entries of the 31 days before must carry the new key, which those that are in cannot'}`,
    },
    {
      remedy: withoutOverlap
        ? { zh: `请用 --from ${earliest}`, en: `Use --from ${earliest}` }
        : {
            zh: `请用 --from ${earliest}；密钥已泄露时可加 --without-overlap，跨月的到访将不再相连`,
            en: `Use --from ${earliest}; when the key is known to others, add --without-overlap: visits are then not joined over the change`,
          },
      details: [{ field: 'from', message: `earliest ${earliest}` }],
    },
  );

const tooClose = (before: string, next: string) =>
  new VitrineError(
    'conflict',
    {
      zh: `${before} 已有一次更换，两次更换至少间隔两个月`,
      en: `The key changes at ${before} already; two changes lie at least two months apart`,
    },
    { remedy: { zh: `请用 --from ${next} 或更晚`, en: `Use --from ${next} or later` } },
  );

/** An entry's key and the next one that it carries, as decimal strings. */
export interface CarriedKey {
  version: number;
  key: string;
  next: string;
}

/** Keys that mean something in the state beside the entries, so that they have to be followed over a change: sentinels, staff known by key, deleted persons. */
export async function keysToCarry(store: DataSource | EntityManager, brandId: number): Promise<Set<bigint>> {
  const rows = (await store.query(
    `SELECT 'x' || substring(viewer FROM ':(.*)$') AS key FROM sentinel WHERE brand_id = $1 AND viewer ~ '^vk[0-9]+:[0-9a-f]{16}$'
     UNION SELECT unnest(viewer_keys) FROM declaration WHERE brand_id = $1 AND kind = 'staff'
     UNION SELECT viewer_key FROM erased_viewer WHERE brand_id = $1`,
    [brandId],
  )) as { key: string }[];
  return new Set(rows.map(({ key }) => BigInt(key.startsWith('x') ? `0${key}` : key)));
}

/** Gives sentinels, staff and deleted persons that are known by key their next key. Doing it again changes nothing. */
export async function carryKeys(dataSource: DataSource, brandId: number, carried: readonly CarriedKey[]): Promise<void> {
  const hex = (key: string) => BigInt(key).toString(16).padStart(16, '0');
  for (const { version, key, next } of carried)
    await dataSource.transaction(async (tx) => {
      await holdInTransaction(tx, { lock: 'state', of: brandId });
      await tx.query(
        `INSERT INTO sentinel (brand_id, viewer, valid_from, valid_to)
         SELECT brand_id, $3, valid_from, valid_to FROM sentinel WHERE brand_id = $1 AND viewer ~ ('^vk[0-9]+:' || $2 || '$')
         ON CONFLICT DO NOTHING`,
        [brandId, hex(key), `vk${version}:${hex(next)}`],
      );
      await tx.query(
        `UPDATE declaration SET viewer_keys = array_append(viewer_keys, $3)
         WHERE brand_id = $1 AND kind = 'staff' AND $2 = ANY (viewer_keys) AND NOT $3 = ANY (viewer_keys)`,
        [brandId, key, next],
      );
      await tx.query(
        `INSERT INTO erased_viewer (brand_id, viewer_key, erasure_id) SELECT brand_id, $3, erasure_id FROM erased_viewer
         WHERE brand_id = $1 AND viewer_key = $2 ON CONFLICT DO NOTHING`,
        [brandId, key, next],
      );
    });
}
