import * as fs from 'node:fs';
import * as path from 'node:path';
import { metricsPage } from '@app/observability';
import { isSignIn } from '../http/routed-url';
import { isKeepable } from './keepable';
import { isOfThisMachine } from './metrics-gate';
import { requestIdOf } from './request-id';
import { isDataUrl, PAGE_POLICY } from './security-headers';
import { addressTracker, askerTracker } from './throttle';

describe('what every request passes', () => {
  it.each(['abcdefgh', '0f8fad5b-d9cb-469f-a165-70867728950e', 'trace.1_2-3'])('an id of the sender is kept: %s', (id) => {
    expect(requestIdOf(id)).toBe(id);
  });

  it.each([
    undefined,
    '',
    'short',
    'a'.repeat(65),
    'with blank',
    'line\nfeed!!',
    '<script>alert',
    ['abcdefgh', 'abcdefgh'],
    '-leading-dash',
    '中文编号中文编号',
  ])('what is no id is replaced by one that is: %p', (given) => {
    const id = requestIdOf(given);
    expect(id).not.toBe(given);
    expect(requestIdOf(id)).toBe(id);
  });

  it.each<[unknown, boolean]>([
    [undefined, true],
    [{ a: ['文', '😀', 1, null, { b: '' }] }, true],
    [{ a: ['x\0'] }, false],
    [{ 'k\0': 1 }, false],
    [{ a: { b: 'half \ud83d' } }, false],
    ['\udc00', false],
    [JSON.parse(`${'['.repeat(24)}${']'.repeat(24)}`), true],
    [JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`), false],
  ])('text that no store keeps, and nesting without end, go no further: %#', (body, keepable) => {
    expect(isKeepable(body)).toBe(keepable);
  });

  it.each([
    '/api/v1/auth/sign-in',
    '/API/v1/Auth/sign-in',
    '/api/V1/auth?x',
    'http://a:3000/api/v1/auth/sign-in',
    'HTTPS://a@b/API/v1/AUTH',
  ])('%s counts as a sign-in, and is data', (url) => {
    expect(isSignIn(url)).toBe(true);
    expect(isDataUrl(url)).toBe(true);
  });

  it('other addresses are not', () => {
    for (const url of ['/api/v1/authors', '/sign-in', '/api/v1/reports/auth/']) expect(isSignIn(url)).toBe(false);
    for (const url of ['/apiary', '/sign-in', '/assets/api.js']) expect(isDataUrl(url)).toBe(false);
  });

  it('a key and its maker are counted apart, and so are two keys; a user is one under every name', () => {
    const by = (role: 'brand-admin' | 'api-key', name: string) => askerTracker({ role, actor: { kind: 'user', id: 'u', name } });
    expect(new Set([by('brand-admin', 'a'), by('api-key', 'a · bi'), by('api-key', 'a · export')]).size).toBe(3);
    expect(by('brand-admin', 'a')).toBe(by('brand-admin', 'b'));
  });

  it.each<[string | undefined, object, boolean, boolean]>([
    ['127.0.0.1', {}, false, true],
    ['::1', {}, false, true],
    ['::ffff:127.0.0.1', {}, false, true],
    ['127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, false, false],
    ['127.0.0.1', { forwarded: 'for=1.2.3.4' }, false, false],
    ['127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, true, true],
    ['203.0.113.7', { 'x-forwarded-for': '127.0.0.1' }, true, false],
    ['10.0.0.3', {}, false, false],
    [undefined, {}, false, false],
    ['nonsense', {}, false, false],
  ])('%s with %j, proxies trusted: %s: of this machine? %s', (ip, headers, trusted, is) => {
    expect(isOfThisMachine({ ip, headers: headers as Record<string, string> }, trusted)).toBe(is);
  });

  it('the rules for alerts ask for metrics that there are', async () => {
    const rules = fs.readFileSync(path.join(__dirname, '../../../../docs/operations/alerts.yml'), 'utf8');
    const { body } = await metricsPage();
    const known = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const asked = [...rules.matchAll(/\bvitrine_[a-z_]+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  it('the page runs no script but its own files', () => {
    expect(PAGE_POLICY['default-src']).toEqual(["'none'"]);
    expect(PAGE_POLICY['script-src']).toEqual(["'self'"]);
    for (const [directive, sources] of Object.entries(PAGE_POLICY))
      if (directive !== 'style-src-attr') expect(sources.filter((source) => /unsafe|\*|http/.test(source))).toEqual([]);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:aaaa::1', '2001:db8:1:2::'],
    ['2001:db8:1:2:bbbb::9', '2001:db8:1:2::'],
    ['fe80::1%eth0', 'fe80::'],
    [undefined, 'unknown'],
    ['nonsense', 'unknown'],
  ])('%s counts as %s', (ip, tracker) => {
    expect(addressTracker(ip)).toBe(tracker);
  });
});
