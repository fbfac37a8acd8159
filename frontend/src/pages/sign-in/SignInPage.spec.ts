import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { createMemoryHistory, createRouter } from 'vue-router';
import { dropAccess } from '@/api/access';
import { createWords } from '@/locales';
import { useSession } from '@/stores/session';
import SignInPage from './SignInPage.vue';
import { stepOfHash } from './stepOfHash';

const user = { userId: 'u', login: 'li', name: 'Li', role: 'dealer', brand: { code: 'one', name: 'One' }, secondFactor: true, reaches: {} };
const done = { step: 'done', accessToken: 'token', expiresInSeconds: 600, user };
const enrolment = { secret: 'JBSWY3DP', uri: 'otpauth://totp/x', qr: { size: 9, path: 'M4 4h1v1h-1z' } };

/** Mounts the page on a server that answers by path. */
async function page(answers: Record<string, [status: number, body: unknown]>, address = '/sign-in') {
  const sent: [path: string, body: unknown][] = [];
  globalThis.fetch = jest.fn((path: string, { body }: RequestInit) => {
    sent.push([path.replace('/api/v1/auth/', ''), typeof body === 'string' ? JSON.parse(body) : undefined]);
    const [status, answer] = answers[path.replace('/api/v1/auth/', '')] ?? [200, { brandNeeded: false, oidc: null }];
    return Promise.resolve({
      ok: status < 400,
      status,
      headers: { get: () => null },
      json: () => Promise.resolve(answer),
    } as unknown as Response);
  }) as typeof fetch;
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/sign-in', name: 'sign-in', component: SignInPage },
      { path: '/:rest(.*)*', component: { render: () => null } },
    ],
  });
  await router.push(address);
  const wrapper = mount(SignInPage, { global: { plugins: [createPinia(), router, createWords('en')] } });
  await flushPromises();
  const type = async (values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) await wrapper.get(`input[name="${name}"]`).setValue(value);
    await wrapper.get('form').trigger('submit');
    await flushPromises();
  };
  return { wrapper, router, sent, type };
}

describe('the page of the sign-in', () => {
  beforeAll(() => (window.matchMedia = jest.fn(() => ({ matches: false }) as MediaQueryList)));
  afterEach(() => dropAccess());

  it('leads by password and code to where the person wanted to go', async () => {
    const { router, sent, type } = await page(
      { 'sign-in': [200, { step: 'second-factor', challenge: 'c1' }], 'second-factor': [200, done] },
      '/sign-in?to=/dealers/D01',
    );
    await type({ login: 'li', password: 'p' });
    await type({ code: '123456' });
    expect(sent.slice(1)).toEqual([
      ['sign-in', { login: 'li', password: 'p' }],
      ['second-factor', { challenge: 'c1', code: '123456' }],
    ]);
    expect(router.currentRoute.value.fullPath).toBe('/dealers/D01');
    expect(useSession().user?.name).toBe('Li');
  });

  it('goes to no address outside', async () => {
    const { router, type } = await page({ 'sign-in': [200, done] }, '/sign-in?to=//evil.example/x');
    await type({ login: 'li', password: 'p' });
    expect(router.currentRoute.value.fullPath).toBe('/');
  });

  it('says what the server refused and what to do', async () => {
    const refused = { code: 'unauthorized', message: 'Login or password is wrong', details: [{ message: 'x', remedy: 'Ask your admin' }] };
    const { wrapper, type } = await page({ 'sign-in': [401, refused] });
    await type({ login: 'li', password: 'p' });
    expect(wrapper.get('[role="alert"]').text()).toBe('Login or password is wrong · Ask your admin');
  });

  it('shows QR code and secret to whoever must set up a second factor, then the recovery codes once', async () => {
    const { wrapper, type, router } = await page({
      'sign-in': [200, { step: 'enrol', challenge: 'c2' }],
      enrolment: [200, enrolment],
      'enrolment/confirm': [200, { ...done, recoveryCodes: ['AAAAAA-BBBBBB'] }],
    });
    await type({ login: 'li', password: 'p' });
    expect(wrapper.get('svg.qr path').attributes('d')).toBe(enrolment.qr.path);
    expect(wrapper.text()).toContain('JBSWY3DP');
    await type({ code: '123456' });
    expect(wrapper.text()).toContain('AAAAAA-BBBBBB');
    expect(router.currentRoute.value.path).toBe('/sign-in');
    await wrapper.get('form').trigger('submit');
    await flushPromises();
    expect(router.currentRoute.value.path).toBe('/');
  });

  it('sets the password of a link, which is gone from the address at once', async () => {
    const purpose = { kind: 'invitation', login: 'li', name: 'Li', brand: 'One' };
    const { wrapper, router, sent, type } = await page(
      { 'links/look': [200, purpose], 'links/use': [204, undefined] },
      `/sign-in#link=${'t'.repeat(43)}`,
    );
    expect(router.currentRoute.value.hash).toBe('');
    await type({ 'new-password': 'seven green camels', repeat: 'another one' });
    expect(wrapper.get('[role="alert"]').text()).toMatch(/differ/);
    await type({ 'new-password': 'seven green camels', repeat: 'seven green camels' });
    expect(sent.at(-1)).toEqual(['links/use', { token: 't'.repeat(43), password: 'seven green camels' }]);
    expect(wrapper.get('[role="status"]').text()).toMatch(/Sign in now/);
  });

  it('says that the company sign-in does not answer, and takes a password', async () => {
    const options = { brandNeeded: false, oidc: 'Company', oidcDown: false };
    const { wrapper, type, router } = await page({ options: [200, options], 'sign-in': [200, done] }, '/sign-in#refused=provider');
    expect(wrapper.get('[role="status"]').text()).toMatch(/company sign-in does not answer/);
    await type({ login: 'li', password: 'p' });
    expect(router.currentRoute.value.path).toBe('/');
    const again = await page({ options: [200, { ...options, oidcDown: true }] });
    expect(again.wrapper.get('[role="status"]').text()).toMatch(/does not answer/);
    expect((await page({ options: [200, options] })).wrapper.find('[role="status"]').exists()).toBe(false);
  });

  it('shows the typed password to whoever asks, and only then', async () => {
    const { wrapper } = await page({});
    const typeOf = () => wrapper.get('input[name="password"]').attributes('type');
    expect(typeOf()).toBe('password');
    await wrapper.get('input[name="shown"]').setValue(true);
    expect(typeOf()).toBe('text');
    await wrapper.get('input[name="shown"]').setValue(false);
    expect(typeOf()).toBe('password');
  });

  it('reads only what it knows behind the sign', () => {
    expect(stepOfHash('#enrol=a.b-c_d')).toEqual({ kind: 'enrol', value: 'a.b-c_d' });
    for (const hash of ['', '#', '#x=1', '#link=', '#link=<b>', '#link=a&b']) expect(stepOfHash(hash)).toBeNull();
  });
});
