import { flushPromises } from '@vue/test-utils';
import { mountPage } from '@/testing/mountPage';
import EffectsPanel from './EffectsPanel.vue';

const effect = (by: string) => ({
  ...{ effectId: 'e1', kind: 'penalty', state: 'proposed', dealerId: 'D01', months: ['2026-10'], reason: '屡次发生', endReason: null },
  ...{ madeAt: '2026-11-01T02:00:00Z', madeBy: { kind: 'user', id: by, name: by }, confirmedBy: null, endedAt: null, endedBy: null },
});
const panel = (effects: unknown[], reaches: Record<string, 'brand'>) =>
  mountPage(EffectsPanel, {
    props: {
      own: {
        ...{ caseId: 'c1', state: 'confirmed', outcome: 'confirmed', effects, rectifications: [] },
        period: { from: '2026-09-28T00:00:00Z', to: '2026-10-31T16:00:00Z' },
      },
      zone: 'Asia/Shanghai',
    },
    reaches,
    answers: { 'POST cases/c1/penalties': {}, 'POST cases/c1/effects/e1/confirm': {} },
  });

describe('a penalty', () => {
  it('is proposed with a reason, for all months of the case', async () => {
    const { wrapper, sent, done } = await panel([], { 'penalty.propose': 'brand' });
    expect(wrapper.text()).toContain('2026-09 – 2026-10');
    const propose = wrapper.get('p.small button');
    expect(propose.attributes('disabled')).toBeDefined();
    await wrapper.get('input[name="effect-reason"]').setValue('屡次发生');
    await propose.trigger('click');
    await flushPromises();
    expect(sent[0]).toEqual({ what: 'POST cases/c1/penalties', body: { reason: '屡次发生' } });
    done();
  });
  it('whoever proposed it is not offered to confirm it; somebody else is, with a reason', async () => {
    const own = await panel([effect('u1')], { 'penalty.confirm': 'brand' });
    expect(own.wrapper.findAll('.tools button')).toHaveLength(0);
    expect(own.wrapper.text()).toContain('另一位');
    own.done();
    const { wrapper, sent, done } = await panel([effect('u2')], { 'penalty.confirm': 'brand' });
    await wrapper.get('input[name="effect-reason"]').setValue('核实');
    await wrapper.get('.tools .primary-button').trigger('click');
    await flushPromises();
    expect(sent[0]).toEqual({ what: 'POST cases/c1/effects/e1/confirm', body: { reason: '核实' } });
    done();
  });
});
