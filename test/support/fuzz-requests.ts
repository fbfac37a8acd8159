import fc from 'fast-check';

/** One route of the interface as its own description tells it. */
export interface Route {
  method: string;
  path: string;
  /** Names of parameters in the query. */
  query: string[];
  /** Names of the fields of the body. */
  body: string[];
}

/** A request as it goes over the wire. */
export interface FuzzedRequest {
  route: string;
  method: string;
  target: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

interface Parameter {
  name: string;
  in: string;
}
interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
}
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** Every route of the description. */
export function routesOf({ paths, components }: OpenApi): Route[] {
  const fieldsOf = (schema: Schema | undefined): string[] => {
    const named = schema?.$ref ? components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] : schema;
    return Object.keys(named?.properties ?? {});
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      body: fieldsOf(requestBody?.content?.['application/json']?.schema),
    })),
  );
}

/** Texts that have broken something somewhere. */
const HOSTILE = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e400',
    'NaN',
    'null',
    'undefined',
    'true',
    '[]',
    '{}',
    '9007199254740993',
    '99999999999999999999',
    '0x10',
    '1;2',
  ],
  ...[
    "'",
    "' OR '1'='1",
    "'; DROP TABLE audit_log; --",
    '1) UNION SELECT 1 --',
    '"',
    '`',
    '\\',
    '%',
    '%25',
    '_',
    '*',
    '{name: String}',
    '${7*7}',
    '{{7*7}}',
  ],
  ...['../../etc/passwd', '..\\..\\windows', '/etc/passwd', 'file:///etc/passwd', 'http://169.254.169.254/', '//evil.example', 'C:\\'],
  ...['__proto__', 'constructor', 'prototype', 'toString', '__proto__[x]', 'hasOwnProperty'],
  ...[
    '<script>alert(1)</script>',
    '=1+1',
    '@SUM(1)',
    '\u202e',
    '\ufeff',
    '\ud800',
    '\u0000',
    'a\u0000b',
    '\r\nSet-Cookie: x=1',
    '観众',
    '😀',
    'İ',
    'ß',
  ],
  ...['2026-13', '2026-02-30', '0000-00', '9999-12', '-0001-01', '2026-10-01T00:00:00', '999999-01', '2026-10', '2026-10-01', '1970-01-01'],
  ...['douyin', 'kuaishou', 'account', 'dealer', 'brand', 'ranking', 'value', 'showroom', 'tiers', 'entries', 'xlsx', 'csv', 'zh', 'all'],
  ...['a'.repeat(300), 'x'.repeat(5_000), '('.repeat(200), '0'.repeat(400), '00000000-0000-0000-0000-000000000000', 'vk1:0123456789abcdef'],
];

const hostile = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...HOSTILE) }, fc.string(), fc.string({ unit: 'binary', maxLength: 30 }));
/** Percent signs that make no UTF-8, or no byte at all. */
const brokenEscape = fc.constantFrom('%', '%zz', '%E0%A4%A', '%ff', '%c0%ae%c0%ae', '%00', '%2e%2e%2f', '%u0041', '%ED%A0%80');
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
const segment = fc.oneof({ weight: 4, arbitrary: hostile.map(encoded) }, brokenEscape);

const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: false },
    hostile,
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(hostile, fc.constantFrom('a', 'length', 'type')), tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** Bodies that are no JSON, or more than anybody wants to parse. */
const brokenBody = fc.constantFrom(
  Buffer.from('{"a":'),
  Buffer.from('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  Buffer.from('[1,2'),
  Buffer.from('null'),
  Buffer.from('"text"'),
  Buffer.from('{"a":NaN}'),
  Buffer.from('\ufeff{}'),
  Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
  Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.from('['.repeat(20_000)),
  Buffer.from(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`),
  Buffer.from(`{"a":"${'x'.repeat(1_100_000)}"}`),
  Buffer.alloc(0),
);

const header = fc.oneof(
  fc.constantFrom<[string, string]>(
    ['content-type', 'text/plain'],
    ['content-type', 'application/x-www-form-urlencoded'],
    ['content-type', 'multipart/form-data; boundary=x'],
    ['content-type', 'application/json; charset=utf-7'],
    ['content-type', 'application/json; charset=\u00ff'],
    ['content-type', '/'],
    ['content-encoding', 'gzip'],
    ['content-encoding', 'br, gzip'],
    ['accept-language', 'x'.repeat(2_000)],
    ['accept', '*/*;q=nonsense'],
    ['accept-encoding', 'gzip;q=x'],
    ['if-none-match', '*'],
    ['if-modified-since', 'yesterday'],
    ['range', 'bytes=9-1,-'],
    ['cookie', 'a=b; =; %; vitrine=%E0%A4%A; __proto__=1'],
    ['x-request-id', 'a b\tc'],
    ['x-forwarded-for', '127.0.0.1, nonsense'],
    ['x-forwarded-host', 'evil.example'],
    ['x-http-method-override', 'DELETE'],
    ['origin', 'https://evil.example'],
    ['x-vitrine-key', 'ik_nobody'],
    ['x-vitrine-timestamp', '1e99'],
    ['x-vitrine-signature', 'zz'],
  ),
);

const query = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...names, 'cursor', 'limit', 'brand', 'month') }, segment),
        fc.constantFrom('', '', '', '[]', '[a]', '[__proto__]', '[0][b]'),
        fc.oneof({ weight: 5, arbitrary: segment }, brokenEscape),
      ),
      { maxLength: 4 },
    )
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map(([name, kind, value]) => `${name}${kind}=${value}`).join('&')}`));

/** Requests to a route: mostly by its rules, with something wrong in it. `tokens` are those to choose from; '' is none. */
export function fuzzedRequests(routes: readonly Route[], tokens: readonly string[]): fc.Arbitrary<FuzzedRequest> {
  return fc.constantFrom(...routes).chain((route) => {
    const bodied = route.method !== 'GET' && route.method !== 'HEAD';
    const fields = fc.dictionary(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...route.body, 'note', 'reason') }, hostile), json, {
      maxKeys: 6,
    });
    const body = fc.oneof(
      { weight: 5, arbitrary: fields.map((value) => Buffer.from(JSON.stringify(value))) },
      { weight: 2, arbitrary: json.map((value) => Buffer.from(JSON.stringify(value) ?? 'null')) },
      { weight: 2, arbitrary: brokenBody },
    );
    return fc
      .record({
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constant(route.method) },
          fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'),
        ),
        segments: fc.array(segment, { minLength: 6, maxLength: 6 }),
        query: query(route.query),
        body: bodied ? body : fc.option(body, { nil: null, freq: 8 }),
        headers: fc.array(header, { maxLength: 2 }),
        token: fc.constantFrom(...tokens),
      })
      .map(({ method, segments, query: search, body: sent, headers, token }) => {
        let at = 0;
        const target = route.path.replace(/\{[^}]+\}/g, () => segments[at++] ?? 'x') + search;
        return {
          route: `${route.method} ${route.path}`,
          method,
          target,
          headers: {
            ...(sent ? { 'content-type': 'application/json' } : {}),
            ...(token ? { authorization: `Bearer ${token}` } : {}),
            ...Object.fromEntries(headers),
          },
          body: sent,
        };
      });
  });
}

/** What no answer may hold: traces of the program, the machine, the stores. */
export const LEAKS: readonly RegExp[] = [
  /\bat [^\n]{1,200}\(?[^\s()]+:\d+:\d+\)?/,
  /node_modules|[\\/]dist[\\/]|[\\/]libs[\\/]\w+[\\/]src/,
  /\bSELECT\b[\s\S]{1,300}\bFROM\b|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b/,
  /QueryFailedError|DB::Exception|relation "|duplicate key|violates .* constraint|invalid input syntax|invalid byte sequence|ClickHouse|PostgreSQL/i,
  /ECONNREFUSED|ENOENT|EACCES|TypeError|ReferenceError|RangeError|Cannot read propert|is not a function|Unexpected token/,
  /\$argon2|-----BEGIN|password_hash|sealed_/,
];
