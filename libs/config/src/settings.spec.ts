import * as fs from 'node:fs';
import * as path from 'node:path';
import { deriveKey, environmentExample, loadSettings, SettingsError } from './index';

const problemsOf = (env: Record<string, string>) => {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};
const secret = 's'.repeat(32);

describe('settings', () => {
  it('an empty environment gives the embedded servers and the real hosts', () => {
    const settings = loadSettings({});
    expect(settings).toMatchObject({
      dataDir: path.resolve('data'),
      port: null,
      clickhouseUrl: null,
      databaseUrl: null,
      redisUrl: null,
      secret: null,
      logLevel: 'info',
    });
    expect(settings.platforms.douyin).toEqual({ baseUrl: 'https://open.douyin.com', appId: null, appSecret: null });
    expect(settings.platforms.kuaishou.baseUrl).toBe('https://open.kuaishou.com');
    expect(settings.platforms.channels.baseUrl).toBe('https://api.weixin.qq.com');
  });

  it('every value is taken from its variable', () => {
    const settings = loadSettings({
      VITRINE_DATA: '/srv/vitrine',
      PORT: '8080',
      CLICKHOUSE_URL: 'http://u:p@ch:8123/v',
      CLICKHOUSE_CLUSTER: 'main',
      DATABASE_URL: 'postgres://u:p@pg/v',
      REDIS_URL: 'redis://r:6379',
      VITRINE_SECRET: secret,
      DOUYIN_CLIENT_KEY: 'k',
      DOUYIN_CLIENT_SECRET: 's',
      DOUYIN_BASE_URL: 'http://127.0.0.1:4001/',
    });
    expect(settings).toMatchObject({ dataDir: '/srv/vitrine', port: 8080, clickhouseCluster: 'main', secret });
    expect(settings.platforms.douyin).toEqual({ baseUrl: 'http://127.0.0.1:4001', appId: 'k', appSecret: 's' });
  });

  it('all mistakes are reported at once, in both languages, with a remedy and without the values', () => {
    const env = {
      PORT: '80a',
      CLICKHOUSE_URL: 'tcp://x',
      DATABASE_URL: 'mysql://root:hunter2@x',
      VITRINE_SECRET: 'short-one',
      LOG_LEVEL: 'loud',
      KUAISHOU_APP_ID: 'only-half',
    };
    const problems = problemsOf(env);
    expect(problems.map(({ name }) => name).sort()).toEqual([
      'CLICKHOUSE_URL',
      'DATABASE_URL',
      'KUAISHOU_APP_SECRET',
      'LOG_LEVEL',
      'PORT',
      'VITRINE_SECRET',
    ]);
    for (const { zh, en, remedy } of problems) for (const text of [zh, en, remedy.zh, remedy.en]) expect(text).not.toBe('');
    for (const value of Object.values(env)) expect(JSON.stringify(problems)).not.toContain(value);
  });

  it.each(['-1', '65536', '1.5', '80a'])('PORT=%s is refused', (PORT) => {
    expect(problemsOf({ PORT }).map(({ name }) => name)).toEqual(['PORT']);
  });

  it('own servers without a secret are refused', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://x/y' }).map(({ name }) => name)).toEqual(['VITRINE_SECRET']);
    expect(problemsOf({ DATABASE_URL: 'postgres://x/y', VITRINE_SECRET: secret })).toEqual([]);
  });

  it('a blank value is unset', () => {
    expect(loadSettings({ PORT: ' ', CLICKHOUSE_URL: '', LOG_LEVEL: '' })).toMatchObject({
      port: null,
      clickhouseUrl: null,
      logLevel: 'info',
    });
  });

  it('keys of different purposes or secrets differ, the same are the same', () => {
    expect(deriveKey(secret, 'tokens')).toEqual(deriveKey(secret, 'tokens'));
    expect(deriveKey(secret, 'tokens')).toHaveLength(32);
    expect(deriveKey(secret, 'tokens')).not.toEqual(deriveKey(secret, 'credentials'));
    expect(deriveKey(secret, 'tokens')).not.toEqual(deriveKey(`${secret}x`, 'tokens'));
  });

  it('.env.example is what the declarations give', () => {
    expect(fs.readFileSync(path.join(__dirname, '../../../.env.example'), 'utf8')).toBe(environmentExample());
  });
});
