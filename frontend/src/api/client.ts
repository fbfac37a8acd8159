import type { ErrorBody } from '@app/contracts';

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

export type QueryValues = Record<string, string | number | null | undefined>;

/** Path below /api/v1 with those values that are set. */
export function apiPath(path: string, values: QueryValues = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value));
  const text = search.toString();
  return `/api/v1/${path}${text ? `?${text}` : ''}`;
}

/** GET as JSON. Throws ApiError, or the abort of `signal`. */
export async function getJson<Answer>(path: string, values: QueryValues = {}, signal?: AbortSignal): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(apiPath(path, values), {
      headers: { accept: 'application/json', 'accept-language': document.documentElement.lang },
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'unreachable', error instanceof Error ? error.message : 'no answer');
  }
  if (!response.ok) throw await toError(response);
  return (await response.json()) as Answer;
}

async function toError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  const requestId = body?.requestId ?? response.headers.get('x-request-id');
  return new ApiError(response.status, body?.code ?? 'internal', body?.message ?? response.statusText, body?.details ?? [], requestId);
}
