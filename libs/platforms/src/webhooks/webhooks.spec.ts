import fc from 'fast-check';
import { minimised, verifyWebhook, type WebhookChannel, type WebhookRequest, type WebhookSecrets } from '../index';
import { douyinLiveSignature } from './live-webhooks';
import { hex, hmacHex, REPLAY_WINDOW_MS } from './webhook';

const seed = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const SECRETS: WebhookSecrets = {
  ofApp: () => ['cs_test', 'ks_secret', 'oe_secret'],
  live: { live_gift: '123abc' },
  channels: { token: 'tok', aesKey: AES_KEY, appId: 'wx_test_appid' },
};
const NOW = 1_714_036_504_000;
const request = (body: string, headers: Record<string, string> = {}, query: Record<string, string> = {}): WebhookRequest => ({
  method: 'POST',
  headers,
  query,
  body: Buffer.from(body),
});
const check = (channel: WebhookChannel, pushed: WebhookRequest, now = NOW, secrets = SECRETS) =>
  verifyWebhook(channel, pushed, { secrets, now });

const DOUYIN_BODY = '{"event":"verify_webhook","client_key":"ck_test","from_user_id":"","content":{"challenge":12345}}';
const KUAISHOU_BODY =
  '{"app_id":"ks_test","event":"AUTHORIZE","message_id":"m1","timestamp":1700000000000,"data":{"open_id":"o1","scope":["user_info"],"is_new":true}}';
const OE_BODY = '{"message_id":"m1","data":"{}"}';
const ENCRYPT =
  'Q3stYC6hdFzMh9T8HCvyDClRR6QGtGT2BekKSKF7/OUtJJuTxdy35AxKHR/BV8tgeXG1FD+u9MtSGz+3FpkKA3ylRQfqqT+S9DLUHXPdoZ0XczN55qHmuww4WiGV+gh5uBxHZdEhF1WEc7m/5gCsNmVuj2Kp/hBgo7BZwEStEvmKjenBMHddv6DPpjc8wxDqb65idPF0HqOcJyXGDGrACg==';
const CHANNELS = {
  body: JSON.stringify({ ToUserName: 'gh_test', Encrypt: ENCRYPT }),
  query: { timestamp: '1714036504', nonce: 'n1', encrypt_type: 'aes', msg_signature: '48321daba4822e477560d8457171d9c049f4a66b' },
};
const LIVE = { 'x-nonce-str': '123456', 'x-timestamp': '456789', 'x-roomid': '268', 'x-msg-type': 'live_gift' };

describe('signatures as the platforms give them', () => {
  it('Douyin: the vector is a challenge, answered with the same digits', () => {
    const signed = request(DOUYIN_BODY, { 'x-douyin-signature': 'e5ef56a5f24111687ae6b7cb2c3b5a7fbaacdac9' });
    expect(check('douyin', signed)).toEqual({ kind: 'challenge', answer: '{"challenge":12345}' });
    const huge = DOUYIN_BODY.replace('{"challenge":12345}', '"{\\"challenge\\":12345678901234567890}"');
    const answer = check('douyin', request(huge, { 'x-douyin-signature': hex('sha1', 'cs_test', Buffer.from(huge)) }));
    expect(answer).toEqual({ kind: 'challenge', answer: '{"challenge":12345678901234567890}' });
  });

  it('Douyin: content is read as an object and as JSON text, the id of the message is its header', () => {
    for (const content of [{ scopes: ['user_info'] }, JSON.stringify({ scopes: ['user_info'] })]) {
      const body = JSON.stringify({ event: 'unauthorize', from_user_id: 'o1', client_key: 'ck', content });
      const headers = { 'x-douyin-signature': hex('sha1', 'cs_test', Buffer.from(body)), 'msg-id': 'M-7' };
      expect(check('douyin', request(body, headers))).toMatchObject({
        kind: 'message',
        key: 'M-7',
        event: 'unauthorize',
        message: { content: { scopes: ['user_info'] } },
      });
    }
  });

  it('Kuaishou: the vector is a message; the answer repeats its id', () => {
    const signed = request(KUAISHOU_BODY, { kwaisign: '285eb59603161fc7229afa3f2f1c3f64' });
    expect(check('kuaishou', signed, 1_700_000_005_000)).toMatchObject({
      kind: 'message',
      key: 'm1',
      event: 'AUTHORIZE',
      sentAt: 1_700_000_000_000,
      answer: { result: 1, message_id: 'm1' },
    });
  });

  it('Ocean Engine: the vector is taken from whatever header it stands in', () => {
    const signature = '63cdeb6008161803244c9b71c55e7ce111814eefddc7393d2e55c42635edb466';
    for (const header of ['x-open-signature', 'anything'])
      expect(check('oceanengine', request(OE_BODY, { [header]: signature }))).toMatchObject({ kind: 'message', key: 'm1' });
    const challenge = '{"event":"verify_webhook","challenge":77}';
    expect(check('oceanengine', request(challenge, { s: hmacHex('oe_secret', Buffer.from(challenge)) }))).toEqual({
      kind: 'challenge',
      answer: '{"BaseResp":{"StatusCode":0,"StatusMessage":"success"},"challenge":77}',
    });
  });

  it('Douyin live play: the vector', () => {
    expect(douyinLiveSignature(LIVE, Buffer.from('abc123你好'), '123abc')).toBe('PDcKhdlsrKEJif6uMKD2dw==');
    const pushed = request('abc123你好', { ...LIVE, 'x-signature': 'PDcKhdlsrKEJif6uMKD2dw==' });
    expect(check('douyin-live', pushed, 456_789_000)).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('WeChat: the address check answers echostr', () => {
    const query = { timestamp: '1714036504', nonce: '1514711492', echostr: 'E', signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696' };
    const asked: WebhookRequest = { method: 'GET', headers: {}, query, body: Buffer.alloc(0) };
    const secrets = { ...SECRETS, channels: { token: 'AAAAA', aesKey: AES_KEY, appId: 'x' } };
    expect(check('channels', asked, NOW, secrets)).toEqual({ kind: 'challenge', answer: 'E' });
    expect(check('channels', asked)).toEqual({ kind: 'refused', reason: 'signature' });
  });

  it('WeChat: the encrypted vector opens, and only for the appid that it was sent to', () => {
    const pushed = request(CHANNELS.body, {}, CHANNELS.query);
    expect(check('channels', pushed)).toMatchObject({ kind: 'message', event: 'channels_ec_test', answer: 'success' });
    const other = { ...SECRETS, channels: { token: 'tok', aesKey: AES_KEY, appId: 'wx_other' } };
    expect(check('channels', pushed, NOW, other)).toEqual({ kind: 'refused', reason: 'signature' });
    expect(check('channels', request('{"Event":"plain"}', {}, CHANNELS.query))).toEqual({ kind: 'refused', reason: 'signature' });
  });

  it('a signed push that is too old, or from the future, is refused', () => {
    const signed = request(KUAISHOU_BODY, { kwaisign: '285eb59603161fc7229afa3f2f1c3f64' });
    for (const now of [1_700_000_000_000 + REPLAY_WINDOW_MS + 1, 1_700_000_000_000 - REPLAY_WINDOW_MS - 1])
      expect(check('kuaishou', signed, now)).toEqual({ kind: 'refused', reason: 'stale' });
    expect(check('channels', request(CHANNELS.body, {}, CHANNELS.query), NOW + 86_400_000)).toEqual({ kind: 'refused', reason: 'stale' });
  });

  it('without a secret nothing is taken', () => {
    const none: WebhookSecrets = { ofApp: () => [], live: {}, channels: null };
    for (const channel of ['douyin', 'kuaishou', 'oceanengine', 'channels', 'douyin-live', 'kuaishou-live'] as const)
      expect(check(channel, request('{}'), NOW, none)).toEqual({ kind: 'refused', reason: 'no secret' });
  });

  it('one changed byte of a signed push is never accepted, and nothing throws', () => {
    const signed: [WebhookChannel, WebhookRequest, number][] = [
      ['douyin', request(DOUYIN_BODY, { 'x-douyin-signature': 'e5ef56a5f24111687ae6b7cb2c3b5a7fbaacdac9' }), NOW],
      ['kuaishou', request(KUAISHOU_BODY, { kwaisign: '285eb59603161fc7229afa3f2f1c3f64' }), 1_700_000_000_000],
      ['oceanengine', request(OE_BODY, { s: '63cdeb6008161803244c9b71c55e7ce111814eefddc7393d2e55c42635edb466' }), NOW],
    ];
    const changed = fc.record({ which: fc.nat(2), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(changed, ({ which, at, by }) => {
        const [channel, pushed, now] = signed[which];
        const body = Buffer.from(pushed.body);
        body[at % body.length] ^= by;
        return check(channel, { ...pushed, body }, now).kind === 'refused';
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('what is kept of a push', () => {
  const viewerKeys = () => ({ '1': 'vk1:00' });
  const kept = (channel: WebhookChannel, event: string, message: Record<string, unknown>) =>
    minimised(channel, event, message, { receivedAt: NOW, viewerKeys, messageKey: 'm' });

  it('of an event about a viewer nothing stays', () => {
    const message = { from_user_id: 'viewer-open-id', content: { comment_user_id: 'viewer', content: 'text' } };
    for (const event of ['item_comment_reply', 'new_follow_action', 'im_receive_msg'])
      expect(kept('douyin', event, message)).toEqual({ what: 'none' });
    expect(kept('channels', 'channels_ec_test', { FromUserName: 'viewer' })).toEqual({ what: 'none' });
    expect(kept('oceanengine', 'lead', { data: '{"phone":"13800000000"}' })).toEqual({ what: 'none' });
  });

  it('of a comment stay its id, its instant and the keys of the viewer', () => {
    const list = [{ msg_id: 'c1', sec_openid: 'raw', content: 'text', nickname: 'n', timestamp: NOW - 5 }];
    const douyin = kept('douyin-live', 'live_comment', { roomId: 'r1', list });
    expect(douyin).toEqual({
      what: 'comments',
      roomId: 'r1',
      principalId: null,
      comments: [{ commentId: 'c1', viewers: { '1': 'vk1:00' }, at: NOW - 5 }],
    });
    const payload = [{ content: 'text', userInfo: { userId: 'raw', userName: 'n' } }];
    const kuaishou = kept('kuaishou-live', 'comment', { author_open_id: 'o', unique_message_id: 'u', live_timestamp: NOW, payload });
    expect(JSON.stringify([douyin, kuaishou])).not.toMatch(/raw|text|"n"/);
    expect(kuaishou).toMatchObject({ principalId: 'o', comments: [{ commentId: 'u-0', at: NOW }] });
  });

  it('likes and gifts keep their instant and an id by which a part that comes twice is known; an unreadable number stays unknown', () => {
    const likes = [{ msg_id: 'l1', like_num: 3, timestamp: NOW - 5, sec_openid: 'raw', nickname: 'n' }, { like_num: '4' }];
    const douyin = kept('douyin-live', 'live_like', { roomId: 'r', list: likes });
    const parts = [
      { id: 'l1', at: NOW - 5, count: 3 },
      { id: 'm-1', at: NOW, count: 4 },
    ];
    expect(douyin).toEqual({ what: 'counts', roomId: 'r', principalId: null, figure: 'likes', parts });
    const gifts = [{ uniqueNo: 'g1', giftCount: 2, userInfo: { userId: 'raw' } }, { giftCount: 'many' }];
    const kuaishou = kept('kuaishou-live', 'gift', { author_open_id: 'o', unique_message_id: 'u', live_timestamp: NOW, payload: gifts });
    expect(kuaishou).toMatchObject({
      figure: 'gifts',
      parts: [
        { id: 'g1', count: 2 },
        { id: 'u-1', count: null },
      ],
    });
    expect(JSON.stringify([douyin, kuaishou])).not.toMatch(/raw|"n"/);
    expect(kept('douyin-live', 'live_fansclub', { roomId: 'r', list: likes })).toEqual({ what: 'none' });
  });
});
