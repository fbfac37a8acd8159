import type { Logger } from '@app/observability';
import type { Clock } from '@app/config';
import type { DataSource, EntityManager } from 'typeorm';
import type { PasswordCost } from './password/password-hash';
import type { SessionTimes } from './sessions/refresh-rules';

/** What all of identity works on. */
export interface IdentityParts {
  dataSource: DataSource;
  secret: string;
  clock: Clock;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** Default: what this product asks for; tests take less. */
  passwordCost?: PasswordCost;
  /** A refused sign-in answers no sooner than this, so that its time tells nothing. Default 400 ms. */
  refusalMs?: number;
  /** Default: a day without use, a week at most. */
  sessionTimes?: SessionTimes;
}

/** Where a request comes from. */
export interface RequestOrigin {
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
}

export type Reads = Pick<DataSource | EntityManager, 'query'>;

/** Parameter of an instant (epoch ms) in SQL. */
export const instant = (parameter: string): string => `to_timestamp(${parameter}::numeric / 1000)`;

/** SQL of an instant's column as answers write it. */
export const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const LONGEST_AGENT = 200;

/** The part of a browser's name that is kept. Control characters would break lists of the terminal. */
export const agentOf = ({ userAgent }: RequestOrigin): string => (userAgent ?? '').replace(/\p{Cc}/gu, ' ').slice(0, LONGEST_AGENT);
