import { flushPromises } from '@vue/test-utils';
import { mountPage } from '@/testing/mountPage';
import AuditQueuePage from './AuditQueuePage.vue';

const rowOf = (caseId: string) => ({
  caseId,
  ...{
    subject: { kind: 'account', platform: 'douyin', accountId: caseId },
    accountName: `房间 ${caseId}`,
    dealerIds: ['D01'],
    state: 'open',
  },
  ...{ outcome: null, inorganic: 0.9, attributable: 0.4, level: 'high', tier: 'T2', detectors: ['conservation'], families: ['physics'] },
  ...{ risk: { valueCny: '12.5', entries: 0, visitors: null }, openedAt: '2026-11-01T00:00:00Z', dueAt: '2026-11-09T00:00:00Z' },
  ...{ period: { from: '2026-10-01T00:00:00Z', to: '2026-10-02T00:00:00Z' }, origin: 'signals', claim: null, linkedTo: null },
});
const summary = { states: { open: 3, in_review: 0 }, late: 0, unclaimed: 3, appealsFiled: 0, rectificationsOpen: 0 };
const DESK = {
  name: 'CaseDesk',
  props: ['caseId', 'chosen', 'blind'],
  emits: ['decided', 'choose'],
  template: '<article :data-case="caseId" :data-chosen="chosen"></article>',
};

async function queue(address = '/') {
  let rows = ['a', 'b', 'c'].map(rowOf);
  const page = await mountPage(AuditQueuePage, {
    address,
    answers: { 'GET cases': () => ({ rows, total: rows.length, nextCursor: null }), 'GET cases/summary': summary },
    stubs: { CaseDesk: DESK },
  });
  await page.router.push({ name: 'case-queue', query: page.router.currentRoute.value.query });
  await flushPromises();
  const desk = () => page.wrapper.findComponent({ name: 'CaseDesk' });
  const press = async (key: string) => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key }));
    await flushPromises();
  };
  return {
    ...page,
    ...{ desk, press },
    shown: () => [desk().props('caseId'), desk().props('chosen')],
    /** The case that is looked at was decided: the server no longer lists it. */
    async decide() {
      rows = rows.filter(({ caseId }) => caseId !== desk().props('caseId'));
      await page.queryClient.invalidateQueries({ queryKey: ['cases'] });
      desk().vm.$emit('decided');
      await flushPromises();
    },
  };
}

describe('the queue of an auditor', () => {
  it('goes on to the next case after a decision, with nothing chosen for it', async () => {
    const { press, shown, decide, done } = await queue();
    expect(shown()).toEqual(['a', null]);
    await press('j');
    await press('2');
    expect(shown()).toEqual(['b', 'dismissed']);
    await decide();
    expect(shown()).toEqual(['c', null]);
    done();
  });
  it('an outcome that was chosen for one case is not chosen for the one that J leads to', async () => {
    const { press, shown, done } = await queue();
    await press('1');
    await press('j');
    expect(shown()).toEqual(['b', null]);
    await press('k');
    expect(shown()).toEqual(['a', null]);
    done();
  });
  it('keys that are typed into a field decide nothing', async () => {
    const { wrapper, shown, done } = await queue();
    const field = document.createElement('textarea');
    wrapper.element.append(field);
    field.dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }));
    await flushPromises();
    expect(shown()).toEqual(['a', null]);
    done();
  });
});
