/**
 * @jest-environment jsdom
 * @jest-environment-options {"customExportConditions": ["node", "node-addons"]}
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Yaml, readYaml } from '../support/yaml';

interface XmlElement {
  tagName: string;
  textContent: string;
  parentElement: XmlElement;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<XmlElement>;
}
declare const DOMParser: new () => { parseFromString(text: string, type: 'application/xml'): XmlElement };

const folder = path.resolve(__dirname, '../../docker');
const read = (file: string) => fs.readFileSync(path.join(folder, file), 'utf8');
const all = (from: XmlElement, selector: string) => [...from.querySelectorAll(selector)];
const texts = (from: XmlElement, selector: string) => all(from, selector).map(({ textContent }) => textContent);
const readXml = (file: string): XmlElement => {
  const xml = new DOMParser().parseFromString(read(file), 'application/xml');
  expect([file, ...texts(xml, 'parsererror')]).toEqual([file]);
  return xml;
};

interface Service {
  image?: string;
  hostname?: string;
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, Yaml> | string[];
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
}
const composeOf = async (file: string) => (await readYaml(read(file))) as unknown as Compose;
const servicesLike = ({ services }: Compose, name: RegExp) => Object.entries(services).filter(([service]) => name.test(service));

describe('the compose file of a cluster', () => {
  const cluster = readXml('clickhouse/cluster.xml');
  const keeper = readXml('clickhouse/keeper.xml');
  let compose: Compose;
  let single: Compose;
  beforeAll(async () => {
    compose = await composeOf('compose.cluster.yml');
    single = await composeOf('compose.yml');
  });

  it('asks of everybody what the file of one server asks, and of the cluster by the name that the nodes know', () => {
    for (const role of ['api', 'collector']) {
      const { CLICKHOUSE_URL, CLICKHOUSE_CLUSTER, ...rest } = compose.services[role].environment!;
      const { CLICKHOUSE_URL: one, ...others } = single.services[role].environment!;
      expect(rest).toEqual(others);
      expect(CLICKHOUSE_URL).toBe(one.replace('@clickhouse:', '@clickhouse-1-1:'));
      expect(texts(cluster, 'remote_servers > *').length).toBe(1);
      expect(all(cluster, 'remote_servers > *')[0].tagName).toBe(CLICKHOUSE_CLUSTER);
    }
    expect(compose.services.clickhouse).toBeUndefined();
    for (const name of ['postgres', 'redis']) expect(compose.services[name]).toEqual(single.services[name]);
  });

  it('every node is a replica of the cluster and says so: host, shard, replica, secret', () => {
    const nodes = servicesLike(compose, /^clickhouse-/);
    const placed = all(cluster, 'remote_servers shard').map((shard) => texts(shard, 'replica > host'));
    expect(placed.map((hosts) => hosts.length)).toEqual([2, 2]);
    expect(nodes.map(([name]) => name).sort()).toEqual(placed.flat().sort());
    for (const [name, { hostname, environment }] of nodes) {
      expect([hostname, environment!.CLICKHOUSE_REPLICA]).toEqual([name, name]);
      expect(placed[Number(environment!.CLICKHOUSE_SHARD) - 1]).toContain(name);
    }
    // without it a write to both replicas would be replicated twice
    expect(texts(cluster, 'shard > internal_replication')).toEqual(['true', 'true']);
    expect(texts(cluster, 'replica > port')).toEqual(['9000', '9000', '9000', '9000']);
  });

  it('whatever a configuration takes from the environment, the services with that configuration have', () => {
    for (const [file, services] of [
      ['clickhouse/cluster.xml', /^clickhouse-/],
      ['clickhouse/keeper.xml', /^keeper-/],
    ] as const) {
      const taken = all(readXml(file), '[from_env]').map((element) => element.getAttribute('from_env')!);
      expect(taken.length).toBeGreaterThan(0);
      for (const [, { environment, volumes }] of servicesLike(compose, services)) {
        expect(volumes!.some((volume) => volume.startsWith(`./${file}:`) && volume.endsWith(':ro'))).toBe(true);
        for (const name of taken) expect(environment![name]).toBeTruthy();
      }
    }
    for (const name of ['shard', 'replica']) expect(all(cluster, `macros > ${name}[from_env]`)).toHaveLength(1);
    expect(all(cluster, 'remote_servers secret[from_env]')).toHaveLength(1);
  });

  it('the Keepers are those that the nodes ask and that know each other', () => {
    const keepers = servicesLike(compose, /^keeper-/);
    expect(keepers).toHaveLength(3);
    expect(texts(cluster, 'zookeeper host')).toEqual(keepers.map(([name]) => name));
    expect(texts(keeper, 'raft_configuration hostname')).toEqual(keepers.map(([name]) => name));
    expect(texts(keeper, 'raft_configuration id')).toEqual(keepers.map(([, { environment }]) => environment!.KEEPER_ID));
    const [port] = texts(keeper, 'keeper_server > tcp_port');
    expect(texts(cluster, 'zookeeper port')).toEqual([port, port, port]);
    for (const [name, { hostname }] of keepers) expect(hostname).toBe(name);
  });

  it('images have the versions of the other file, volumes are declared and not shared, mounted files exist, secrets are asked for', () => {
    const server = single.services.clickhouse.image!;
    for (const [, { image }] of servicesLike(compose, /^(clickhouse|keeper)-/)) expect(image!.split(':')[1]).toBe(server.split(':')[1]);
    const stores = servicesLike(compose, /^(clickhouse|keeper)-/).map(([, { volumes }]) => volumes![0].split(':')[0]);
    expect(new Set(stores).size).toBe(stores.length);
    for (const store of stores) expect(Object.keys(compose.volumes)).toContain(store);
    for (const [, file] of read('compose.cluster.yml').matchAll(/\.\/(clickhouse\/\S+?):/g))
      expect(fs.existsSync(path.join(folder, file))).toBe(true);
    for (const [name, { depends_on: needed }] of Object.entries(compose.services))
      for (const other of Array.isArray(needed) ? needed : Object.keys(needed ?? {}))
        expect([name, Object.keys(compose.services)]).toEqual([name, expect.arrayContaining([other])]);
    for (const name of ['VITRINE_SECRET', 'CLICKHOUSE_PASSWORD', 'CLICKHOUSE_CLUSTER_SECRET', 'POSTGRES_PASSWORD'])
      expect(read('compose.cluster.yml')).toContain(`\${${name}:?`);
  });
});
