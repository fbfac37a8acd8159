// What the two commands of the README share: packages and build, made when they are missing or old. Plain Node >= 20.19, no packages.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const say = (line) => process.stderr.write(`${line}\n`);
const hashOf = (files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  return hash.digest('hex');
};
const filesUnder = (folder, keep) =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { withFileTypes: true })
        .flatMap((entry) => {
          const file = path.join(folder, entry.name);
          if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesUnder(file, keep);
          return keep(file) ? [file] : [];
        })
        .sort()
    : [];

/** Runs a step with its output on stderr; ends this process with a clear line when it fails. */
async function step(title, command, args) {
  const began = Date.now();
  say(`${title} …`);
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === 0 ? null : String(signal ?? code)));
  });
  if (failure !== null) {
    say(`${title}: failed (${failure})`);
    process.exit(1);
  }
  say(`${title}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
async function once(stampFile, wanted, work) {
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === wanted) return;
  await work();
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, wanted);
}

export async function ensurePackages() {
  if (process.platform === 'win32') {
    say('Windows is not supported: use WSL, or docker/compose.yml. / 不支持直接在 Windows 上运行：请使用 WSL 或 docker/compose.yml。');
    process.exit(1);
  }
  const wanted = hashOf(['package-lock.json', 'package.json', 'frontend/package.json'].map((file) => path.join(root, file)));
  await once(path.join(root, 'node_modules/.vitrine-packages'), wanted, () =>
    step('install packages', npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']),
  );
}

export async function ensureBuild() {
  const source = (file) =>
    /\.(ts|vue|json|css|html|svg|mjs|cjs)$/.test(file) && !/\.(spec|int-spec|thorough-spec|e2e-spec)\.ts$/.test(file);
  const server = ['apps', 'libs', 'migrations'].flatMap((folder) => filesUnder(path.join(root, folder), source));
  const shared = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'].map((file) => path.join(root, file));
  const web = [
    // src/maps is made by the build itself
    ...filesUnder(path.join(root, 'frontend'), (file) => source(file) && !/[\\/]src[\\/]maps[\\/]/.test(file)),
    ...filesUnder(path.join(root, 'libs/contracts'), source),
    path.join(root, 'package-lock.json'),
  ];
  await Promise.all([
    once(path.join(root, 'dist/.vitrine-build'), hashOf([...server, ...shared]), () =>
      step('build the server', npm, ['run', '-s', 'build:server']),
    ),
    once(path.join(root, 'frontend/dist/.vitrine-build'), hashOf(web), () => step('build the page', npm, ['run', '-s', 'build:web'])),
  ]);
}

/** Node 24 out of node_modules where there is one for this machine, else the Node that runs this. */
export const node = () => {
  const pinned = path.join(root, 'node_modules/.bin/node');
  return fs.existsSync(pinned) ? pinned : process.execPath;
};

/** Is npm, which started us, still there? The shell that npm puts in between may outlive it (dash) or be replaced by us (bash): both are watched. */
function npmWatch() {
  const shell = process.ppid;
  const above = (pid) => {
    try {
      return /^\d+ \((.*)\) \S+ (\d+) /.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))?.slice(1);
    } catch {
      return undefined; // no Linux: npm's shell there replaces itself by us
    }
  };
  const [program, npm] = above(shell) ?? [];
  const stays = process.env.npm_lifecycle_event !== undefined && /^(ba|da|k|z|a)?sh$/.test(program ?? '');
  return () => process.ppid === shell && (!stays || above(shell)?.[1] === npm);
}

/** Runs a program of ours in the foreground. It gets our signals, and a SIGTERM when our own parent dies; we end with its exit code. */
export function foreground(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SCARF_ANALYTICS: 'false', ...env },
  });
  const npmLives = npmWatch();
  const watch = setInterval(() => npmLives() || child.kill('SIGTERM'), 300);
  process.on('SIGINT', () => undefined); // the terminal sends it to the whole group: the child stops, then we
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      say(error.message);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(signal ? 130 : code);
    });
  });
}
