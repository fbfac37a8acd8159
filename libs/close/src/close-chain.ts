import { createHash } from 'node:crypto';
import type { Close } from '@app/contracts';
import { CHAIN_START, canonicalJson, sha256Hex } from '@app/database';
import { type KeptFigure, isAsWritten, without } from '@app/reports';

/** A close before its hashes. */
export type OpenClose = Omit<Close, 'hash' | 'recordHash'>;

/**
 * The hash of a close: over its place in the chain, its figures, what decided them, the close that it restates and the one before. No clock, no id that
 * a store gives out and nobody's name is in it, so that the same facts closed again in another store have it again.
 */
export function hashOfClose(close: OpenClose, restatedHash: string | null): string {
  const { month, sequence, restatement, versions, figureRows, figuresHash, previousHash } = close;
  return sha256Hex(canonicalJson({ month, sequence, restatement, versions, figureRows, figuresHash, restatedHash, previousHash }));
}

/** The hash of everything that the record of a close says. */
export function hashOfRecord(record: Omit<Close, 'recordHash'> & { recordHash?: string }): string {
  return sha256Hex(canonicalJson(without(record, 'recordHash')));
}

/** A close with both its hashes. */
export function sealed(close: OpenClose, restatedHash: string | null): Close {
  const hashed = { ...close, hash: hashOfClose(close, restatedHash) };
  return { ...hashed, recordHash: hashOfRecord(hashed) };
}

/** The order of figures in a close. */
export function compareFigures(a: KeptFigure, b: KeptFigure): number {
  const [left, right] = [a, b].map(({ report, level, regions, basis }) => [report, level, regions ?? '', basis].join(' '));
  return left < right ? -1 : left > right ? 1 : a.place - b.place;
}

/** The hash over the hashes of all figures of a close, given in order. */
export class FiguresDigest {
  private readonly hash = createHash('sha256');
  rows = 0;

  take(figureHash: string): void {
    this.hash.update(`${figureHash}\n`);
    this.rows++;
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}

/** What is wrong with a chain of closes, or with the figures of one. `place` names a row of a report. */
export interface CloseFault {
  month: string;
  closeId: string;
  kind:
    /** The record of the close says something else than when it was written. */
    | 'record-edited'
    /** A close before it is gone, or the closes stand in another order. */
    | 'chain-broken'
    /** The close that it restates is not the one before of its month. */
    | 'restates-another'
    /** The audit log knows nothing of it, or knows a close that is not there. */
    | 'not-recorded'
    | 'gone'
    /** A row says something else than when it was written; rows came, went, or changed places. */
    | 'row-edited'
    | 'rows-differ'
    /** Figures of a close that the state store does not know: it is older than the fact store. Nothing removes them. */
    | 'unknown-close';
  place: string | null;
}

/** Checks the closes of a brand, given in the order of their sequence, against each other and against what the audit log recorded, in its order. */
export function checkChain(closes: readonly Close[], recorded: readonly (string | null)[]): CloseFault[] {
  const faults: CloseFault[] = [];
  let before = { sequence: 0, hash: CHAIN_START };
  const last = new Map<string, Close>();
  for (const close of closes) {
    const { month, closeId, sequence, previousHash } = close;
    const fault = (kind: CloseFault['kind']) => faults.push({ month, closeId, kind, place: null });
    const restated = last.get(month) ?? null;
    if (sequence !== before.sequence + 1 || previousHash !== before.hash) fault('chain-broken');
    if ((restated?.closeId ?? null) !== close.restates || close.restatement !== (restated === null ? 0 : restated.restatement + 1))
      fault('restates-another');
    if (hashOfClose(close, restated?.hash ?? null) !== close.hash || hashOfRecord(close) !== close.recordHash) fault('record-edited');
    if (recorded[sequence - 1] !== close.recordHash) fault('not-recorded');
    before = { sequence, hash: close.hash };
    last.set(month, close);
  }
  const { month = '', closeId = '' } = closes.at(-1) ?? {};
  if (recorded.length !== closes.length) faults.push({ month, closeId, kind: 'gone', place: null });
  return faults;
}

/** Checks the figures of a close, given in the order of their keys: every row, their number and their order. */
export async function checkFigures(
  close: Pick<Close, 'month' | 'closeId' | 'figureRows' | 'figuresHash'>,
  figures: AsyncIterable<KeptFigure> | Iterable<KeptFigure>,
): Promise<CloseFault[]> {
  const { month, closeId } = close;
  const faults: CloseFault[] = [];
  const digest = new FiguresDigest();
  for await (const figure of figures) {
    digest.take(figure.hash);
    if (!isAsWritten(figure)) faults.push({ month, closeId, kind: 'row-edited', place: placeOf(figure) });
  }
  if (digest.rows !== close.figureRows || digest.digest() !== close.figuresHash)
    faults.push({ month, closeId, kind: 'rows-differ', place: `${digest.rows} / ${close.figureRows}` });
  return faults;
}

const placeOf = ({ report, level, regions, basis, place, subject }: KeptFigure): string =>
  [report, level, ...(regions === null ? [] : [regions]), basis, place === 0 ? 'head' : `${place} ${subject}`].join(' ');
