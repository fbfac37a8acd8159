import { DEFAULT_POLICY } from '@app/contracts';
import { flushPromises } from '@vue/test-utils';
import { whenAccessIsLost } from '@/api/access';
import { useSession } from '@/stores/session';
import { mountPage, Refused } from '@/testing/mountPage';
import PolicyPage from './PolicyPage.vue';

const inForce = { ...DEFAULT_POLICY, version: 3, fromMonth: '2026-01' };
const overview = { brand: { code: 'one', name: 'One', zone: 'Asia/Shanghai' }, months: ['2026-10'], defaultMonth: '2026-10' };
const page = <Row>(rows: Row[]) => ({ rows, nextCursor: null, total: rows.length });
const stage = (more: Record<string, unknown>) => ({
  answers: { 'GET policies': page([inForce]), 'GET proposals': page([]), 'GET overview': overview, ...more },
  reaches: { 'proposal.write': 'brand' as const },
});
type Mounted = Awaited<ReturnType<typeof mountPage>>['wrapper'];
const visits = (wrapper: Mounted) =>
  wrapper
    .findAll('.groups label')
    .find((label) => label.text().includes('最少到访次数'))!
    .get('input');

/** Types a rule and a reason, and sends them. */
async function send(wrapper: Mounted) {
  await visits(wrapper).setValue('5');
  await wrapper.get('.send textarea').setValue('提高到访门槛');
  await wrapper.get('.send .primary-button').trigger('click');
  await flushPromises();
}
const typed = (wrapper: Mounted) => [
  (visits(wrapper).element as HTMLInputElement).value,
  (wrapper.get('.send textarea').element as HTMLTextAreaElement).value,
];

describe('a form while it is sent', () => {
  it('a line that breaks loses nothing that was typed and is told in the language of the page; the same press sends it again', async () => {
    let broken = true;
    const answer = () => {
      if (broken) throw new TypeError('Failed to fetch');
      return { proposalId: 'p1' };
    };
    const { wrapper, sent, done } = await mountPage(PolicyPage, stage({ 'POST proposals': answer }));
    await send(wrapper);
    expect(wrapper.get('.send [role="alert"]').text()).toMatch(/^没有连上服务器/);
    expect(typed(wrapper)).toEqual(['5', '提高到访门槛']);
    broken = false;
    await wrapper.get('.send .primary-button').trigger('click');
    await flushPromises();
    const [first, second] = sent.filter(({ what }) => what === 'POST proposals');
    expect(second.body).toEqual(first.body);
    expect(typed(wrapper)[1]).toBe('');
    done();
  });
  it('a session that ended meanwhile loses nothing: after signing in again the form is as it was', async () => {
    const over = { 'POST proposals': new Refused(401), 'POST auth/refresh': new Refused(401) };
    const first = await mountPage(PolicyPage, stage(over));
    whenAccessIsLost(() => useSession().lose()); // as the frame does
    await send(first.wrapper);
    expect(useSession().user).toBeNull();
    first.wrapper.unmount();
    const again = await mountPage(PolicyPage, stage({}));
    expect(typed(again.wrapper)).toEqual(['5', '提高到访门槛']);
    first.done();
    again.done();
  });
  it('what another person changed meanwhile is told, is not overwritten, and what was typed stays', async () => {
    let now = [inForce];
    const { wrapper, queryClient, done } = await mountPage(PolicyPage, stage({ 'GET policies': () => page(now) }));
    await visits(wrapper).setValue('6');
    await wrapper.get('.send textarea').setValue('说明');
    now = [{ ...inForce, version: 4, minVisits: 5 }, inForce];
    await queryClient.refetchQueries({ queryKey: ['policies'] });
    await flushPromises();
    expect(wrapper.get('.foreign').text()).toContain('最少到访次数');
    expect(typed(wrapper)).toEqual(['6', '说明']);
    expect(wrapper.get('.send .primary-button').attributes('disabled')).toBeDefined();
    done();
  });
});
