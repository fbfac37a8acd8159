import type { Explanation, FigureLink } from '@app/contracts';
import { getJson } from './client';

/** Everything behind a figure; `link` as explanations themselves give it. */
export function getExplanation({ figure, ...asked }: FigureLink, cursor: string | undefined, signal?: AbortSignal): Promise<Explanation> {
  return getJson<Explanation>(`explain/${encodeURIComponent(figure ?? '')}`, { ...asked, limit: 50, cursor }, signal);
}
