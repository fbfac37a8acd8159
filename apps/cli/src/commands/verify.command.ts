import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { type CloseVerdict, verifyCloses } from '@app/close';
import { VitrineError } from '@app/contracts';
import { type ChainHead, StateReader, actorNow, recordAct } from '@app/database';
import { type SettlementVerdict, verifySettlements } from '@app/settlement';
import { landingFloor } from '@app/warehouse';
import { print, printJson, say } from '../output';
import { GlobalOptions, globalsOf, withStores } from '../session';
import { AuditVerdict, actFaults, knownHead, tellActs, verifyActsOf } from '../verify/verify-acts';
import { type DeletionsTold, deletionsOf, tellDeletions } from '../verify/tell-deletions';
import { FactDifference, FactVerdict, VerifyScope, verifyFacts } from '../verify/verify-facts';
import { RollupVerdict, verifyRollups } from '../verify/verify-rollups';
import type { Stores } from '../../../process/stores';

const SAMPLE_KEYS = 50;

interface VerifyOptions {
  all?: boolean;
  sample?: string;
  seed?: string;
  repair?: boolean;
  head?: string;
}

interface Verdict {
  /** Null: everything was compared. */
  seed: number | null;
  /** Before this instant the landing logs hold the last delivery of each identity only; null: they hold everything. */
  landingFloor: string | null;
  facts: FactVerdict[];
  rollups: RollupVerdict[];
  closes: CloseVerdict[];
  deletions: DeletionsTold[];
  settlements: SettlementVerdict[];
  audit: AuditVerdict[];
  holds: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('compare fact tables with their landing logs and roll-ups with the facts; check the audit log and every close')
    .option('--all', 'everything, not a sample')
    .option('--sample <keys>', `accounts and months of each table, chosen by the seed (default: ${SAMPLE_KEYS})`)
    .option('--seed <number>', 'the same seed chooses the same sample (default: any, printed)')
    .option('--repair', 'put right what differs: facts out of the landing log, roll-ups out of the facts; what no delivery brought stays')
    .option('--head <number:hash>', 'an end of the audit log that was written down before: it has to be in it')
    .action(async (options: VerifyOptions, command: Command) => {
      const globals = globalsOf(command);
      const scope = scopeOf(options);
      const verdict = await withStores(globals, async (stores) =>
        verify(stores, globals, scope, await knownHead(stores, options.head, globals.brand)),
      );
      if (globals.json) printJson(verdict);
      else print(summary(verdict));
      if (!verdict.holds) process.exitCode = 1;
    });
}

async function verify(stores: Stores, { brand, json }: GlobalOptions, scope: VerifyScope, known: readonly ChainHead[]): Promise<Verdict> {
  const { warehouse, dataSource, instance } = stores;
  const reader = new StateReader(dataSource, instance.secret);
  const brands = brand === undefined ? await reader.listBrands() : [await reader.brand(brand)];
  if (scope.sample) say(`抽样种子 ${scope.sample.seed} / seed of the sample: ${scope.sample.seed}`);
  const facts: FactVerdict[] = [];
  const rollups: RollupVerdict[] = [];
  const closes: CloseVerdict[] = [];
  const settlements: SettlementVerdict[] = [];
  const audit: AuditVerdict[] = [];
  const deletions: DeletionsTold[] = [];
  for (const one of brands) {
    const compared = await verifyFacts(warehouse, one, scope, json ? () => undefined : tell);
    facts.push(...compared);
    const repaired = compared.flatMap(({ differences }) => differences.filter((difference) => difference.repaired));
    const kept = await verifyRollups(stores, one, scope, new Set(repaired.map(({ subject }) => subject)));
    rollups.push(...kept);
    if (!json) kept.forEach(tellRollup);
    if (repaired.length > 0 || kept.some((rollup) => rollup.repaired))
      await recordRepair(stores, one.brandId, { facts: repaired.length, rollups: kept });
    audit.push(await verifyActsOf(stores, one, known));
    const frozen = await verifyCloses(stores, one);
    closes.push(frozen);
    if (!json) tellChains(audit[audit.length - 1], frozen);
    deletions.push(await deletionsOf(stores, one));
    if (!json) tellDeletions(deletions[deletions.length - 1]);
    const settled = await verifySettlements(dataSource, one);
    settlements.push(settled);
    if (!json) tellSettlements(settled);
  }
  const floor = await landingFloor(warehouse);
  return {
    seed: scope.sample?.seed ?? null,
    landingFloor: floor === null ? null : new Date(floor).toISOString(),
    facts,
    rollups,
    closes,
    deletions,
    settlements,
    audit,
    holds:
      [...closes, ...settlements].every(({ faults }) => faults.length === 0) &&
      audit.every((verdict) => actFaults(verdict) === 0) &&
      facts.every(({ differences }) => differences.every(({ repaired }) => repaired)) &&
      rollups.every(({ differences, repaired }) => repaired || differences.length === 0),
  };
}

/** What `--repair` put right. */
async function recordRepair(
  { dataSource }: Stores,
  brandId: number,
  { facts, rollups }: { facts: number; rollups: RollupVerdict[] },
): Promise<void> {
  const after = {
    facts,
    rollups: rollups.filter(({ repaired }) => repaired).map(({ rollup, differences }) => ({ rollup, differences: differences.length })),
  };
  const act = { action: 'store.repair', subject: 'verify', before: null, after, reason: null };
  await dataSource.transaction((tx) => recordAct(tx, { brandId, actor: actorNow(), ...act }));
}

function tell({ brand, table, keys, differences }: FactVerdict): void {
  const looked = keys === null ? 'all' : `${keys}`;
  print(`${differences.length === 0 ? 'ok  ' : 'DIFF'}  ${brand}  ${table.padEnd(17)} ${looked} keys, ${differences.length} differ`);
  for (const difference of differences) tellKey(difference);
}

function tellKey({ name, month, landingRows, factRows, rows, repaired }: FactDifference): void {
  print(`      ${name}, ${month}: ${landingRows} rows in the landing log, ${factRows} in the table${repaired ? '; rebuilt' : ''}`);
  for (const { identity, missingIn, columns } of rows) {
    const where = Object.entries(identity)
      .map(([column, value]) => `${column} ${value}`)
      .join(', ');
    if (missingIn) print(`        ${where}: missing in the ${missingIn === 'fact' ? 'table' : 'landing log (no delivery brought it)'}`);
    else
      print(
        `        ${where}: ${columns.map(({ column, landing, fact }) => `${column} ${landing ?? 'null'} ≠ ${fact ?? 'null'}`).join('; ')}`,
      );
  }
}

const FAULTS_TOLD = 20;

function tellChains(audit: AuditVerdict, { brand, closes, figures, faults }: CloseVerdict): void {
  const state = (found: readonly unknown[]) => (found.length === 0 ? 'ok  ' : 'DIFF');
  tellActs(audit);
  print(`${state(faults)}  ${brand}  ${'closes'.padEnd(17)} ${closes} closes, ${figures} rows, ${faults.length} faults`);
  for (const { month, closeId, kind, place } of faults.slice(0, FAULTS_TOLD))
    print(`      ${month} ${closeId}: ${kind}${place === null ? '' : ` (${place})`}`);
}

function tellSettlements({ brand, settlements, faults }: SettlementVerdict): void {
  const state = faults.length === 0 ? 'ok  ' : 'DIFF';
  print(`${state}  ${brand}  ${'settlements'.padEnd(17)} ${settlements} settlements, ${faults.length} faults`);
  for (const { month, sequence, settlementId, kind } of faults.slice(0, FAULTS_TOLD))
    print(`      ${month}#${sequence} (${settlementId}): ${kind}`);
}

const FIGURES_TOLD = 20;

function tellRollup({ brand, rollup, keys, busy, differences, repaired }: RollupVerdict): void {
  const written = busy > 0 ? `, ${busy} being written` : '';
  const state = differences.length === 0 ? 'ok  ' : 'DIFF';
  print(
    `${state}  ${brand}  ${`roll-up ${rollup}`.padEnd(17)} ${keys} keys${written}, ${differences.length} figures differ${repaired ? '; computed anew' : ''}`,
  );
  for (const { accountKey, month, column, stored, recomputed } of differences.slice(0, FIGURES_TOLD))
    print(`      ${accountKey ?? 'all accounts'}, ${month}: ${column} ${stored ?? 'none'} kept, ${recomputed ?? 'none'} out of the facts`);
}

function summary({ facts, rollups, closes, settlements, audit, holds, landingFloor: floor }: Verdict): string {
  const faults =
    [...closes, ...settlements].reduce((sum, verdict) => sum + verdict.faults.length, 0) +
    audit.reduce((sum, verdict) => sum + actFaults(verdict), 0);
  if (faults > 0)
    return `关账或审计记录有 ${faults} 处被改动：请从备份恢复 / ${faults} faults in closes or the audit log: restore them from a backup`;
  const differing = [...facts, ...rollups].reduce((sum, { differences }) => sum + differences.length, 0);
  const trimmed = floor === null ? '' : `; landing logs are trimmed below ${floor}`;
  if (differing === 0) return `一致 / everything that was looked at agrees${trimmed}`;
  return holds
    ? `已修复 ${differing} 处差异 / ${differing} differences were put right${trimmed}`
    : `有 ${differing} 处差异：请运行 vitrine verify --repair / ${differing} differences: run \`vitrine verify --repair\`${trimmed}`;
}

function scopeOf({ all, sample, seed, repair }: VerifyOptions): VerifyScope {
  if (all && (sample !== undefined || seed !== undefined))
    throw new VitrineError('bad_input', { zh: '--all 不能与 --sample、--seed 同用。', en: '--all leaves no room for --sample or --seed.' });
  return {
    sample: all
      ? null
      : {
          keys: wholeNumber('--sample', sample, 1, 100_000) ?? SAMPLE_KEYS,
          seed: wholeNumber('--seed', seed, 0, 2 ** 32 - 1) ?? randomInt(2 ** 31),
        },
    repair: repair ?? false,
  };
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new VitrineError('bad_input', {
    zh: `${name} 应为 ${least} 到 ${most} 之间的整数。`,
    en: `${name} must be a whole number from ${least} to ${most}.`,
  });
}
