import * as fs from 'node:fs';
import * as path from 'node:path';
import { ACTIONS, type Grant, ROLES } from '@app/contracts';
import { KEY_ACTIONS, PERMISSIONS, reachFor, reachOf } from './permissions';
import { permissionsPage } from './permissions-page';

const BRAND: Grant[] = [{ kind: 'brand' }];
const DEALER: Grant[] = [{ kind: 'dealer', dealerId: 'd1' }];

describe('the permission table', () => {
  it('docs/permissions.md is what the table says', () => {
    expect(fs.readFileSync(path.join(__dirname, '../../../docs/permissions.md'), 'utf8')).toBe(permissionsPage());
  });

  it('every action may be done by somebody, and names no role twice over', () => {
    for (const action of ACTIONS) expect([action, Object.keys(PERMISSIONS[action]).length > 0]).toEqual([action, true]);
    expect(Object.keys(PERMISSIONS).sort()).toEqual([...ACTIONS].sort());
  });

  it('people of a dealer reach nothing of the whole brand, nor money, people or keys of others', () => {
    for (const role of ['region-manager', 'dealer-group', 'dealer', 'host'] as const)
      for (const action of ACTIONS) expect(reachOf(role, action)).not.toBe('brand');
    for (const action of ['user.write', 'close.confirm', 'settlement.approve', 'proposal.activate', 'person.export', 'audit.read'] as const)
      expect([reachOf('dealer', action), reachOf('host', action), reachOf('read-only', action)]).toEqual(['none', 'none', 'none']);
  });

  it('no role reaches further than its grants, and one that cannot be done in part needs the whole brand', () => {
    for (const role of ROLES)
      for (const action of ACTIONS) {
        expect([action, reachFor({ role, grants: BRAND }, action)]).toEqual([action, reachOf(role, action)]);
        expect([action, reachFor({ role, grants: DEALER }, action)]).not.toEqual([action, 'brand']);
      }
    expect(reachFor({ role: 'brand-admin', grants: DEALER }, 'report.read')).toBe('own');
    expect(reachFor({ role: 'brand-admin', grants: DEALER }, 'user.write')).toBe('none');
  });

  it('a key does what it was made for and never what keys may not', () => {
    const key = { role: 'api-key', grants: BRAND } as const;
    expect(reachFor({ ...key, actions: ['report.read'] }, 'report.read')).toBe('brand');
    expect(reachFor({ ...key, actions: ['report.read'] }, 'tier.read')).toBe('none');
    expect(reachFor({ ...key, actions: ['user.write'] }, 'user.write')).toBe('none');
    expect(reachFor({ ...key, actions: [] }, 'report.read')).toBe('none');
    expect(KEY_ACTIONS.filter((action) => !/\.(read|ask)$/.test(action) && !['close.status'].includes(action))).toEqual([]);
  });
});
