import { pluginDelivery } from './plugin-messages';

const enter = (over: object = {}) => ({
  messageType: 'live_enter_room',
  msg_id: 'm1',
  timestamp: 1795334400123,
  sec_open_id: 's1',
  nickname: '不保留',
  ...over,
});

describe('messages of the live plugin', () => {
  it('entries and comments are kept, other kinds counted, broken ones told by place', () => {
    const delivery = pluginDelivery({
      roomId: '7301234567890123456',
      accountId: 'a1',
      messages: [
        enter(),
        enter({ messageType: 'live_comment', msg_id: 'c1', content: '落地价多少' }),
        enter({ messageType: 'live_like', msg_id: 'l1' }),
        enter({ msg_id: '' }),
        enter({ timestamp: 'yesterday' }),
        'no message',
      ],
    });
    expect(delivery).toEqual({
      roomId: '7301234567890123456',
      accountId: 'a1',
      messages: [
        { messageId: 'm1', kind: 'entry', viewer: 's1', at: 1795334400123 },
        { messageId: 'c1', kind: 'comment', viewer: 's1', at: 1795334400123, text: '落地价多少' },
      ],
      ignored: { live_like: 1 },
      broken: [4, 5, 6],
      duplicates: 0,
    });
  });

  it('a message is one however often it stands there; ids and instants may be numbers, texts, seconds', () => {
    const delivery = pluginDelivery({
      room_id: 268,
      messages: [enter(), enter(), enter({ msg_id: 7, timestamp: '1795334400', sec_open_id: undefined, sec_openid: 's2' })],
    });
    expect(delivery).toMatchObject({ roomId: '268', accountId: null, duplicates: 1 });
    expect(delivery?.messages.map(({ messageId, viewer, at }) => [messageId, viewer, at])).toEqual([
      ['m1', 's1', 1795334400123],
      ['7', 's2', 1795334400000],
    ]);
  });

  it('what is no delivery is null', () => {
    for (const body of [null, [], 'x', {}, { roomId: 'r' }, { messages: [] }, { roomId: ' ', messages: [] }])
      expect(pluginDelivery(body)).toBeNull();
  });
});
