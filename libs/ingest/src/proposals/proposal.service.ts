import type { BrandScope } from '@app/access';
import {
  VitrineError,
  type Actor,
  type ErrorDetail,
  type Page,
  type Proposal,
  type ProposalKind,
  type ProposalPreview,
  type ProposalState,
} from '@app/contracts';

import { ProposalRepository, StateReader, type ProposalDecision } from '@app/database';
import type { DataSource } from 'typeorm';
import { readStateRow } from '../state-fields';

/** Who asks: what they may see of which brand. Prices and policies rule a whole brand, so only who sees all of it may see or change them. */
export interface ProposalAsker {
  scope: BrandScope;
  /** Code of the brand; may be left out where there is only one. */
  brand?: string;
}

/** What is asked for, as it comes in: rows with the fields of the import kind. */
export interface ProposedChange {
  kind: ProposalKind;
  rows: readonly Record<string, unknown>[];
  reason: string;
  actor: Actor;
}

/** Proposed changes of rate cards and policies for command line and HTTP. Throws forbidden without the scope of the whole brand, not_found for an unknown brand or proposal. */
export class ProposalService {
  private readonly proposals: ProposalRepository;
  private readonly reader: StateReader;

  constructor({ dataSource, secret }: { dataSource: DataSource; secret: string }) {
    this.proposals = new ProposalRepository(dataSource);
    this.reader = new StateReader(dataSource, secret);
  }

  /** The newest first. */
  async list(
    { state, kind, limit, cursor }: { state?: ProposalState; kind?: ProposalKind; limit: number; cursor?: string },
    asker: ProposalAsker,
  ): Promise<Page<Proposal>> {
    const brandId = await this.brandOf(asker);
    const before = cursor === undefined ? undefined : placeOf(cursor);
    const [rows, total] = await Promise.all([
      this.proposals.list(brandId, { state, kind, limit: limit + 1, before }),
      this.proposals.count(brandId, { state, kind }),
    ]);
    const page = rows.slice(0, limit);
    return { rows: page, nextCursor: rows.length > limit ? Buffer.from(page[limit - 1].proposalId).toString('base64url') : null, total };
  }

  async get(proposalId: string, asker: ProposalAsker): Promise<ProposalPreview> {
    return this.proposals.get(await this.brandOf(asker), proposalId);
  }

  /** Keeps a change and answers what it would do. Throws unprocessable with every row that cannot be taken. */
  async propose({ kind, rows, reason, actor }: ProposedChange, asker: ProposalAsker): Promise<ProposalPreview> {
    const brandId = await this.brandOf(asker);
    const details: ErrorDetail[] = [];
    const read = rows.flatMap((row, index) => {
      try {
        return [readStateRow(kind, row)];
      } catch (error) {
        if (!(error instanceof VitrineError)) throw error;
        details.push(detailOf(error, index));
        return [];
      }
    });
    if (details.length > 0) throw unreadableRows(details);
    return this.proposals.propose(brandId, { kind, rows: read, actor, reason });
  }

  /** Throws forbidden to who proposed it, conflict when it is decided or what it was made upon has changed. */
  async activate(proposalId: string, decision: ProposalDecision, asker: ProposalAsker): Promise<Proposal> {
    return this.proposals.activate(await this.brandOf(asker), proposalId, decision);
  }

  async reject(proposalId: string, decision: ProposalDecision, asker: ProposalAsker): Promise<Proposal> {
    return this.proposals.reject(await this.brandOf(asker), proposalId, decision);
  }

  async withdraw(proposalId: string, decision: ProposalDecision, asker: ProposalAsker): Promise<Proposal> {
    return this.proposals.withdraw(await this.brandOf(asker), proposalId, decision);
  }

  private async brandOf({ scope, brand }: ProposalAsker): Promise<number> {
    if (scope !== 'all') throw wholeBrandOnly();
    return (await this.reader.brand(brand)).brandId;
  }
}

function placeOf(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^\d{1,18}$/.test(place)) return place;
  throw new VitrineError(
    'bad_input',
    { en: 'cursor is not one that a page gave.', zh: 'cursor 不是由上一页返回的值。' },
    { remedy: { en: 'Leave cursor out to start at the first page.', zh: '请去掉 cursor，从第一页开始。' } },
  );
}

function detailOf({ text, options }: VitrineError, index: number): ErrorDetail {
  const field = options.details?.[0]?.field;
  return {
    field: field ? `rows[${index}].${field}` : `rows[${index}]`,
    message: `${text.zh} / ${text.en}`,
    ...(options.remedy ? { remedy: `${options.remedy.zh} / ${options.remedy.en}` } : {}),
  };
}

const unreadableRows = (details: ErrorDetail[]) =>
  new VitrineError(
    'unprocessable',
    { zh: `有 ${details.length} 行不能接受，提议未保存`, en: `${details.length} rows cannot be taken; nothing was changed` },
    { remedy: { zh: '请按各行说明更正后重新提议', en: 'Correct the rows as each says, then propose again' }, details },
  );

const wholeBrandOnly = () =>
  new VitrineError(
    'forbidden',
    { zh: '只有品牌级人员可以查看和变更刊例价与策略', en: 'Only who sees the whole brand may see and change rate cards and policies' },
    { remedy: { zh: '请联系品牌管理员', en: 'Ask an administrator of the brand' } },
  );
