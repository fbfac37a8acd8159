import type { Bilingual } from './platform';

/** Closed set of error codes. The cli ends with 2 for bad_input, not_available and not_found, with 1 for the others; the api maps them to HTTP. */
export const ERROR_CODES = {
  bad_input: { http: 400, exit: 2, level: 'info' },
  unauthorized: { http: 401, exit: 1, level: 'info' },
  forbidden: { http: 403, exit: 1, level: 'info' },
  not_found: { http: 404, exit: 2, level: 'info' },
  conflict: { http: 409, exit: 1, level: 'warn' },
  too_large: { http: 413, exit: 2, level: 'info' },
  unsupported_media: { http: 415, exit: 2, level: 'info' },
  unprocessable: { http: 422, exit: 2, level: 'info' },
  too_many: { http: 429, exit: 1, level: 'info' },
  not_available: { http: 501, exit: 2, level: 'info' },
  unsupported_platform: { http: 500, exit: 1, level: 'error' },
  store_unavailable: { http: 503, exit: 1, level: 'error' },
  disk_full: { http: 507, exit: 1, level: 'error' },
  wrong_version: { http: 500, exit: 1, level: 'error' },
  migration: { http: 500, exit: 1, level: 'error' },
  platform: { http: 502, exit: 1, level: 'warn' },
  internal: { http: 500, exit: 1, level: 'error' },
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetail {
  field?: string;
  message: string;
  remedy?: string;
}

/** An error that says in both languages what happened, to what, and what to do. `text` never holds the value of a viewer, token, phone or chat text. */
export class VitrineError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly text: Bilingual,
    readonly options: { remedy?: Bilingual; details?: ErrorDetail[]; cause?: unknown } = {},
  ) {
    super(text.en, { cause: options.cause });
    this.name = 'VitrineError';
  }
}

/** A refusal that says what to do, and which field it is about where there is one. */
export const refusal = (code: ErrorCode, text: Bilingual, remedy: Bilingual, field?: string): VitrineError =>
  new VitrineError(code, text, { remedy, ...(field ? { details: [{ field, message: text.en, remedy: remedy.en }] } : {}) });
