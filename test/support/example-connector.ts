import type { Clock } from '@app/config';
import {
  answerCheck,
  capabilities,
  numberedPages,
  pageTotals,
  Platform,
  rowsOf,
  wireCount,
  WireClient,
  wireId,
  wireInstant,
  wireText,
  type Grant,
  type PlatformCall,
  type SessionReading,
  type SessionsRequest,
  type WireObject,
} from '@app/platforms';

/** What the pretended platform's codes ask for: `limits.ts` and `errors.ts` of a real folder. */
const ACTIONS = { '9': 'retry', '7': 'refresh-once' } as const;
const codeOf = (answer: WireObject): string | null => (String(answer.status) === '0' ? null : String(answer.status));

/** `mapper.ts`: pure, an answer's row to a row of ours. */
function mapShow(row: WireObject): SessionReading | null {
  const sessionId = wireId(row.show);
  const startedAt = wireInstant(row.begin);
  if (sessionId === null || startedAt === null) return null;
  const session = {
    sessionId,
    startedAt,
    endedAt: wireInstant(row.end),
    views: wireCount(row.visits),
    final: true,
    source: 'api-final' as const,
  };
  return { sessionId, startedAt, final: true, rows: [session] };
}

/** A whole connector, as small as it gets: what a new folder under libs/platforms holds (docs/platforms.md). It stands in for a product. */
export class ExampleConnector extends Platform {
  readonly name = 'kuaishou';
  readonly product = 'magnetic';
  readonly storesTokens = true;
  readonly capabilities = capabilities('magnetic', ['sessions', 'sessionList', 'sessionViews']);
  private readonly wire: WireClient;

  constructor(baseUrl: string) {
    super();
    this.wire = new WireClient(
      baseUrl,
      { platform: this.name, check: answerCheck(this.name, codeOf, ACTIONS), isRateLimit: (code) => code === '9' },
      { retryBaseMs: 2 },
    );
  }

  override async *sessions({ grant, signal }: PlatformCall, { from, to, isFinal }: SessionsRequest): AsyncIterable<SessionReading> {
    const fetch = async (page: number) => {
      const query = { page, from, to };
      const answer = await grant.use(({ accessToken }) =>
        this.wire.send({ path: '/shows', query, headers: { authorization: accessToken }, signal }),
      );
      return { rows: rowsOf(answer, 'shows'), ...pageTotals(answer) };
    };
    for await (const rows of numberedPages({ platform: this.name, endpoint: '/shows', pageSize: 2, fetch }))
      for (const row of rows) {
        const reading = mapShow(row);
        if (reading && !isFinal(reading.sessionId)) yield reading;
      }
  }

  async refresh(grant: Grant, _force: boolean, clock: Clock, signal: AbortSignal): Promise<Grant> {
    const answer = await this.wire.send({ method: 'POST', path: '/token', json: { refresh: grant.refreshToken }, signal });
    return { ...grant, accessToken: wireText(answer.token), accessExpiresAt: clock.now() + 3_600_000 };
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
