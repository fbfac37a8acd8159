import type { SimAccount } from '../world/accounts';
import type { SimSession } from '../world/sessions';
import { shopImpressions } from './channels-shop';
import { text } from './http';
import { bufferOf, offsetOf, pageOf } from './pages';
import type { TroubleMaker } from './trouble';

const PAGE = 10;

/** A call about leads one by one, of an account with these rooms that are over. One component an account; its requests are its rooms. Numbers: an error code. */
export function leadCall(
  account: SimAccount,
  { path, fields, rooms, maker }: { path: string; fields: Record<string, unknown>; rooms: readonly SimSession[]; maker: TroubleMaker },
): object | number {
  const list = (name: string, all: readonly object[]): object => {
    const buffer = text(fields, 'last_buffer');
    const { page, rows, more, stuck } = pageOf(all, offsetOf(buffer), PAGE, maker);
    const last_buffer = stuck ? buffer : bufferOf(offsetOf(buffer) + page.length);
    return { errcode: 0, errmsg: 'ok', last_buffer, continue_flag: more || stuck, [name]: rows };
  };
  const [from, to] = [Number(fields['start_time']) * 1000, Number(fields['end_time']) * 1000];
  const within = rooms.filter(({ startedAt }) => startedAt >= from && startedAt <= to);
  const component = `lc${account.index}`;
  const isKnown = text(fields, 'leads_component_id') === component;
  switch (path) {
    case '/channels/leads/get_leads_component_id':
      return list('item', [{ leads_component_id: component, leads_description: '试驾', status: 4 }]);
    case '/channels/leads/get_leads_request_id':
      return isKnown ? list('item', rooms.map(requestOf)) : 1;
    case '/channels/leads/get_leads_info_by_request_id': {
      const asked = rooms.filter(({ sessionId }) => requestId(sessionId) === text(fields, 'request_id'));
      return list('user_data', asked.flatMap(leadDetails));
    }
    case '/channels/leads/get_leads_info_by_component_id':
      return isKnown ? list('user_data', within.flatMap(leadDetails)) : 1;
    case '/channels/leads/get_leads_component_promote_record':
      return isKnown ? list('record_data', within.map(promoteRecord)) : 1;
    default:
      return 40066;
  }
}

const requestId = (sessionId: string): string => `lr-${sessionId}`;
const requestOf = ({ sessionId, startedAt }: SimSession): object => ({
  request_id: requestId(sessionId),
  live_start_time: Math.floor(startedAt / 1000),
  live_description: '',
});

/** Leads one by one: values are texts, but a place is a list; what was told of a person is made up. */
function leadDetails(session: SimSession): object[] {
  return Array.from({ length: session.leads }, (_, k) => ({
    anchor_nickname: session.account.name,
    live_start_time: Math.floor(session.startedAt / 1000),
    live_description: '',
    close_flag: 0,
    time: Math.floor(session.startedAt / 1000) + k,
    leads_data: [
      { title: '姓名', value: '客户' },
      { title: '手机号', value: '13800000000' },
      { title: '城市', value: ['广东省', '广州市', '天河区'] },
    ],
  }));
}

/** How a component was shown in a room; numbers are texts. */
function promoteRecord(session: SimSession): object {
  const shown = shopImpressions(session);
  const clicked = Math.floor(shown * 0.05);
  return {
    anchor_nickname: session.account.name,
    live_description: '',
    live_start_time: Math.floor(session.startedAt / 1000),
    live_audience_count: String(session.uniqueViewers),
    exposure_uv: String(shown),
    click_uv: String(clicked),
    exposure_click_rate: shown === 0 ? 0 : clicked / shown,
    leads_num: String(session.leads),
    close_flag: 0,
  };
}
