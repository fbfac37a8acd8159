import type { LookupAddress } from 'node:dns';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { guardedAgent, isPublic, type OutboundGuard } from './outbound';

const PRIVATE = [
  ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255'],
  ...['198.18.0.1', '192.0.2.1', '240.0.0.1', '::1', '::', 'fc00::1', 'fe80::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:a00:1'],
  ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '2001::1', 'nonsense', ''],
];

describe('calls to the outside', () => {
  it.each(PRIVATE)('%s is not public', (address) => expect(isPublic(address)).toBe(false));
  it.each(['1.1.1.1', '203.119.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'])('%s is public', (address) =>
    expect(isPublic(address)).toBe(true),
  );

  describe('with a server on this machine', () => {
    let server: http.Server;
    let port: number;
    let asked = 0;
    beforeAll(async () => {
      server = http.createServer((_, response) => (asked++, response.end('inside')));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));
    beforeEach(() => (asked = 0));

    const local: LookupAddress = { address: '127.0.0.1', family: 4 };
    const call = async (host: string, guard: Partial<OutboundGuard>) => {
      const dispatcher = guardedAgent({ privateTargets: [], resolve: () => Promise.resolve([local]), ...guard });
      try {
        return await (await request(`http://${host}:${port}/`, { dispatcher })).body.text();
      } catch (error) {
        return (error as { code?: string }).code;
      } finally {
        await dispatcher.destroy();
      }
    };

    it.each(['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', 'inside.example'])('%s is refused', async (host) => {
      expect(await call(host, {})).toBe('FORBIDDEN_TARGET');
      expect(asked).toBe(0);
    });

    it('a name with one public and one private address is refused as a whole', async () => {
      const resolve = () => Promise.resolve([{ address: '1.1.1.1', family: 4 }, local]);
      expect(await call('two.example', { resolve })).toBe('FORBIDDEN_TARGET');
      expect(asked).toBe(0);
    });

    it('a name that answers otherwise the second time is asked once: the connection goes to what was judged', async () => {
      let times = 0;
      const resolve = () => Promise.resolve([++times === 1 ? local : { address: '10.0.0.1', family: 4 }]);
      expect(await call('rebinding.example', { resolve, privateTargets: ['127.0.0.0/8'] })).toBe('inside');
      expect(times).toBe(1);
    });

    it('what the operator allows by address or network, or names by itself, is called', async () => {
      expect(await call('127.0.0.1', { privateTargets: ['127.0.0.1'] })).toBe('inside');
      expect(await call('inside.example', { privateTargets: ['10.0.0.0/8', '127.0.0.0/8'] })).toBe('inside');
      expect(await call('127.0.0.1', { trustedHosts: ['127.0.0.1'] })).toBe('inside');
      expect(await call('inside.example', { privateTargets: ['10.0.0.0/8', 'fc00::/7'] })).toBe('FORBIDDEN_TARGET');
    });
  });
});
