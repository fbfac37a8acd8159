import type { ErrorBody, Page } from '@app/contracts';
import { accessHeader, refreshAccess } from './access';

/** An answer of the api other than success. `requestId` finds it in the log of the server; `status` 0 means that no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: ErrorBody['details'] = [],
    readonly requestId: string | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** What people are told where no answer says it, in the language of the page. */
const SAID = {
  unreachable: {
    zh: '没有连上服务器，已填写的内容还在。请检查网络后重试。',
    en: 'The server was not reached; what was typed is still there. Check the connection and try again.',
  },
  unreadable: { zh: '服务器未能完成请求', en: 'The server could not do this' },
};
const said = (of: keyof typeof SAID) => SAID[of][document.documentElement.lang === 'en' ? 'en' : 'zh'];

export type QueryValues = Record<string, string | number | boolean | null | undefined>;

/** Path below /api/v1 with those values that are set. */
export function apiPath(path: string, values: QueryValues = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== null && value !== undefined && value !== '' && value !== false) search.set(key, String(value));
  const text = search.toString();
  return `/api/v1/${path}${text ? `?${text}` : ''}`;
}

interface Sending {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  values?: QueryValues;
  /** Sent as JSON; a Blob as it is, under its own media type. */
  body?: object | Blob;
  signal?: AbortSignal;
}

/** GET as JSON. Throws ApiError, or the abort of `signal`. */
export const getJson = <Answer>(path: string, values: QueryValues = {}, signal?: AbortSignal): Promise<Answer> =>
  sendJson<Answer>(path, { values, signal });

/**
 * Any request, answered as JSON (undefined for an answer without body). An access token that is over is exchanged for a new one, once. Throws ApiError,
 * or the abort of `signal`.
 */
export async function sendJson<Answer>(path: string, sending: Sending = {}): Promise<Answer> {
  const response = await answered(path, sending);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** A file, whole: links cannot carry the access token. Throws as `sendJson`. */
export const getFile = async (path: string, values: QueryValues = {}): Promise<Blob> => (await answered(path, { values })).blob();

async function answered(path: string, sending: Sending): Promise<Response> {
  let response = await send(path, sending);
  if (response.status === 401 && (await isRenewed(sending.signal))) {
    await response.body?.cancel();
    response = await send(path, sending);
  }
  if (!response.ok) throw await toError(response);
  return response;
}

async function send(path: string, { method = 'GET', values, body, signal }: Sending): Promise<Response> {
  try {
    return await fetch(apiPath(path, values), {
      method,
      headers: {
        accept: 'application/json',
        'accept-language': document.documentElement.lang,
        ...accessHeader(),
        ...(body ? { 'content-type': body instanceof Blob ? body.type || 'application/octet-stream' : 'application/json' } : {}),
      },
      body: body && (body instanceof Blob ? body : JSON.stringify(body)),
      signal,
    });
  } catch (error) {
    throw unreachable(error, signal);
  }
}

/** Was there an access token, and is there a new one now? Steps of a sign-in have none: their 401 is the answer. */
async function isRenewed(signal?: AbortSignal): Promise<boolean> {
  if (!('authorization' in accessHeader())) return false;
  try {
    return (await refreshAccess()) !== null;
  } catch (error) {
    throw unreachable(error, signal);
  }
}

function unreachable(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return error;
  return new ApiError(0, 'unreachable', said('unreachable'));
}

async function toError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  const requestId = body?.requestId ?? response.headers.get('x-request-id');
  const message = body?.message ?? `${said('unreadable')} (${response.status})`;
  return new ApiError(response.status, body?.code ?? 'internal', message, body?.details ?? [], requestId);
}

/** Reads page after page: a list that is cut would not say so. */
export async function allRows<Row>(page: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const answer = await page(cursor);
    rows.push(...answer.rows);
    cursor = answer.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
