import { createHash, createHmac } from 'node:crypto';
import { sealedMessage } from './pushes';

describe('signatures of pushes, by the vectors of the platforms’ documentation', () => {
  it('seals a Channels message as the computed fixture shows', () => {
    const message = '{"ToUserName":"gh_test","FromUserName":"o_test","CreateTime":1714036504,"MsgType":"event","Event":"channels_ec_test"}';
    const sealed = sealedMessage(message, {
      aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
      appId: 'wx_test_appid',
      random: '0123456789abcdef',
    });
    expect(sealed).toBe(
      'Q3stYC6hdFzMh9T8HCvyDClRR6QGtGT2BekKSKF7/OUtJJuTxdy35AxKHR/BV8tgeXG1FD+u9MtSGz+3FpkKA3ylRQfqqT+S9DLUHXPdoZ0XczN55qHmuww4WiGV+gh5uBxHZdEhF1WEc7m/5gCsNmVuj2Kp/hBgo7BZwEStEvmKjenBMHddv6DPpjc8wxDqb65idPF0HqOcJyXGDGrACg==',
    );
    const signature = createHash('sha1').update(['tok', '1714036504', 'n1', sealed].sort().join('')).digest('hex');
    expect(signature).toBe('48321daba4822e477560d8457171d9c049f4a66b');
  });

  it('hashes secret and body in the order of each platform', () => {
    const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
    const douyin = '{"event":"verify_webhook","client_key":"ck_test","from_user_id":"","content":{"challenge":12345}}';
    expect(hash('sha1', `cs_test${douyin}`)).toBe('e5ef56a5f24111687ae6b7cb2c3b5a7fbaacdac9');
    const kuaishou =
      '{"app_id":"ks_test","event":"AUTHORIZE","message_id":"m1","timestamp":1700000000000,"data":{"open_id":"o1","scope":["user_info"],"is_new":true}}';
    expect(hash('md5', `${kuaishou}ks_secret`)).toBe('285eb59603161fc7229afa3f2f1c3f64');
    expect(createHmac('sha256', 'oe_secret').update('{"message_id":"m1","data":"{}"}').digest('hex')).toBe(
      '63cdeb6008161803244c9b71c55e7ce111814eefddc7393d2e55c42635edb466',
    );
  });
});
