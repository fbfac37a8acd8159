import { flushPromises } from '@vue/test-utils';
import { mountPage } from '@/testing/mountPage';
import AppealList from './AppealList.vue';

const appeal = {
  ...{ appealId: 'p1', caseId: 'c1', signalIds: [], ground: 'explanation', text: '有嘉宾', state: 'filed', reason: null, struck: [] },
  ...{ filedAt: '2026-11-01T02:00:00Z', dueAt: '2026-11-09T10:00:00Z', filedBy: { name: '王' }, decidedAt: null, decidedBy: null },
  ...{ repull: null, files: [] },
};
const list = (own: boolean) =>
  mountPage(AppealList, { props: { appeals: [appeal], zone: 'Asia/Shanghai', own }, answers: { 'POST appeals/p1/withdraw': {} } });

describe('giving up an appeal', () => {
  it('names what is given up and until when it would have been answered, and does nothing before that is confirmed', async () => {
    const { wrapper, sent, done } = await list(true);
    const buttons = () => wrapper.findAll('.tools button');
    await buttons()[0].trigger('click');
    expect(sent).toEqual([]);
    expect(wrapper.get('.tools [role="status"]').text()).toMatch(/有正当原因.*2026-11-09 18:00/);
    await buttons()[1].trigger('click'); // no
    expect(wrapper.find('.tools [role="status"]').exists()).toBe(false);
    await buttons()[0].trigger('click');
    await buttons()[0].trigger('click'); // yes
    await flushPromises();
    expect(sent.map(({ what }) => what)).toEqual(['POST appeals/p1/withdraw']);
    expect(wrapper.emitted('changed')).toHaveLength(1);
    done();
  });
  it('is nothing that somebody else is offered', async () => {
    const { wrapper, done } = await list(false);
    expect(wrapper.find('.tools').exists()).toBe(false);
    done();
  });
});
