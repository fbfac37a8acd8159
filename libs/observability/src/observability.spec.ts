import { createLogger, metrics, metricsPage } from './index';

describe('observability', () => {
  const logged = (fields: object, logLevel = 'info') => {
    const lines: string[] = [];
    createLogger({ logLevel }, { write: (line) => void lines.push(line) }).info(fields, 'message');
    return lines.join('');
  };

  it.each([
    { token: 'v-a-l-u-e' },
    { grant: { accessToken: 'v-a-l-u-e', refresh_token: 'v-a-l-u-e' } },
    { req: { headers: { authorization: 'v-a-l-u-e', cookie: 'v-a-l-u-e' } } },
    { rows: [{ viewer: 'v-a-l-u-e', phone: 'v-a-l-u-e', text: 'v-a-l-u-e' }] },
    { job: { payload: { app: { appSecret: 'v-a-l-u-e' } } } },
  ])('the value of a credential, viewer, phone or text is in no log line: %j', (fields) => {
    const line = logged(fields);
    expect(line).toContain('[redacted]');
    expect(line).not.toContain('v-a-l-u-e');
  });

  it('a line is JSON with an ISO instant; quieter levels print nothing', () => {
    expect(JSON.parse(logged({ kind: 'entries' }))).toMatchObject({
      kind: 'entries',
      msg: 'message',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect(logged({}, 'warn')).toBe('');
  });

  it('counted outcomes are on the page for Prometheus', async () => {
    metrics.rowsIngested.inc({ kind: 'entries', outcome: 'accepted' }, 3);
    const { body, contentType } = await metricsPage();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('vitrine_rows_ingested_total{kind="entries",outcome="accepted"} 3');
  });
});
