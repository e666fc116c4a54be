// A vendor with everything published, its registry, a stock Verdaccio, and stock clients, in one temporary folder.
// `node test/clients/lab.ts` keeps one running until its standard input ends and prints where everything is: benchmarks
// start it as a program, since their room may not reach in here.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../deployment/quickstart/place.ts';
import { CHECKOUT, startServer, type Finished } from '../../deployment/quickstart/programs.ts';
import { stockTools, type Tools } from './tools.ts';

export interface Served {
  readonly address: string;
  readonly pid: number;
  /** What this registry takes as bearer token. */
  readonly tokenFile: string;
}

/** Paths and addresses only, so that it can be printed. */
export interface Lab {
  readonly folder: string;
  readonly tree: string;
  /** The vendor's hyper-install.mjs. */
  readonly installer: string;
  readonly licenses: Readonly<Record<'PRO' | 'Basic', string>>;
  readonly registry: Served;
  /** Holds the same packages and `@hypersync/metadata`; nothing without its token. */
  readonly verdaccio: Served;
  readonly tools: Tools;
  readonly packages: readonly PublishedPackage[];
}

/** A plugin as the registry's packument lists it. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** Lowest tier that has it. */
  readonly tier: string;
}

export interface RunningLab extends Lab, Disposable {
  /** hyper-publish puts everything into Verdaccio. Rejects when it fails or, its work done, does not end. */
  fillVerdaccio(): Promise<void>;
}

export async function startLab(): Promise<RunningLab> {
  const folder = mkdtempSync(join(tmpdir(), 'hypersync-clients-'));
  const servers = new Set<number>();
  const end = (): void => {
    for (const pid of servers) stop(pid);
    servers.clear();
    removeTree(folder);
  };
  try {
    const lab = await build(folder, servers);
    const { address, tokenFile } = lab.verdaccio;
    const fillVerdaccio = (): Promise<void> =>
      publisherOf(folder)('publish', '--to-npm', address, '--token-file', tokenFile);
    return { ...lab, fillVerdaccio, [Symbol.dispose]: end };
  } catch (error) {
    end();
    throw error;
  }
}

/** One run of hyper-publish takes a second or two. */
const PUBLISHER_MS = 30_000;

type Publisher = (...args: readonly string[]) => Promise<void>;

function publisherOf(folder: string): Publisher {
  const where = ['-w', join(folder, 'vendor'), '--passphrase-file', join(folder, 'passphrase')];
  return async (...args) => {
    const child = spawn(process.execPath, [join(CHECKOUT, 'packages/publisher/src/main.ts'), ...args, ...where], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PUBLISHER_MS,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    const [status] = (await once(child, 'close')) as [number | null];
    const ending = status === null ? `did not end within ${PUBLISHER_MS / 1000} s` : `ended with ${status}`;
    if (status !== 0) throw new Error(`hyper-publish ${args.join(' ')} ${ending}:\n${said}`);
  };
}

async function build(folder: string, servers: Set<number>): Promise<Lab> {
  const tools = stockTools();
  const address = `http://127.0.0.1:${await freePort()}`;
  const passphrase = join(folder, 'passphrase');
  writeFileSync(passphrase, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const publish = publisherOf(folder);
  const licenses = { PRO: join(folder, 'pro.jwt'), Basic: join(folder, 'basic.jwt') };
  const verdaccio = startVerdaccio(tools, join(folder, 'verdaccio'), servers);
  await publish('init', '--vendor', 'Clients (development keys)', '--registry', address);
  await publish('build');
  await publish('publish');
  for (const [tier, file] of Object.entries(licenses)) {
    await publish('license', 'issue', '--customer', 'Clients', '--tier', tier, '--out', file);
  }
  await publish('installer', '--out', folder);
  const tree = join(folder, 'vendor/tree');
  const serve = ['serve', '--tree', tree, '--port', new URL(address).port, '--log-level', 'warn'];
  const server = await startServer(join(CHECKOUT, 'registry/src/main.ts'), serve, /^Serving /);
  servers.add(server.pid ?? 0);
  return {
    folder,
    tree,
    installer: join(folder, 'hyper-install/hyper-install.mjs'),
    licenses,
    registry: { address, pid: server.pid ?? 0, tokenFile: licenses.PRO },
    verdaccio: await verdaccio,
    tools,
    packages: pluginsIn(tree),
  };
}

interface Packument {
  readonly 'dist-tags': { readonly latest: string };
  readonly versions: Readonly<Record<string, { readonly dist: { readonly integrity: string } }>>;
}

/** The plugins of PRO, each with the lowest tier that has it. */
function pluginsIn(tree: string): readonly PublishedPackage[] {
  const packagesOf = (file: string): Readonly<Record<string, string>> =>
    (JSON.parse(readFileSync(join(tree, file), 'utf8')) as { packages: Record<string, string> }).packages;
  const pro = packagesOf('views/pro.json');
  return Object.entries(packagesOf('access.json'))
    .filter(([name]) => name.includes('/mechanism-') && Object.hasOwn(pro, name))
    .map(([name, tier]) => {
      const packument = JSON.parse(readFileSync(join(tree, 'packages', name, 'packument.json'), 'utf8')) as Packument;
      const version = packument['dist-tags'].latest;
      return { name, version, tier, integrity: packument.versions[version]?.dist.integrity ?? '' };
    });
}

/** Stock, without plugins: nobody reads or publishes without a token. */
async function startVerdaccio(tools: Tools, folder: string, servers: Set<number>): Promise<Served> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'config.yaml');
  const rules = { access: '$authenticated', publish: '$authenticated' };
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      storage: join(folder, 'storage'),
      auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: 1 } },
      // Its other form of token holds the password, and costs one bcrypt with each request.
      security: { api: { legacy: false, jwt: { sign: { expiresIn: '1d' } } } },
      uplinks: {},
      packages: { '@hypersync/*': rules, '**': rules },
      middlewares: { audit: { enabled: false } },
      web: { enable: false },
      log: { type: 'stdout', format: 'pretty', level: 'warn' },
    }),
  );
  const address = `http://127.0.0.1:${await freePort()}`;
  const [, program = ''] = tools.verdaccio;
  const server = await startServer(program, ['--config', config, '--listen', address], /http address/);
  servers.add(server.pid ?? 0);
  const user = { name: 'vendor', password: randomBytes(12).toString('hex') };
  const answer = await fetch(`${address}/-/user/org.couchdb.user:vendor`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(user),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (token === undefined) throw new Error(`Verdaccio gave no token: ${answer.status}`);
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  return { address, pid: server.pid ?? 0, tokenFile };
}

/**
 * A customer's project with its own home, caches and credentials. Of this machine's settings nothing reaches the client,
 * and whatever is not 127.0.0.1 goes to a proxy that does not exist.
 */
export class Project {
  readonly folder: string;
  readonly #tools: Tools;

  constructor(
    lab: Lab,
    options: { packages: readonly PublishedPackage[]; address?: string; tokenFile: string | null; lockOf?: Project },
  ) {
    this.folder = mkdtempSync(join(lab.folder, 'project-'));
    this.#tools = lab.tools;
    const dependencies = Object.fromEntries(options.packages.map(({ name, version }) => [name, version]));
    this.write('package.json', JSON.stringify({ name: 'customer', version: '1.0.0', private: true, dependencies }));
    // What the documentation tells pnpm's users: releases are there for use, not to be waited for.
    this.write('pnpm-workspace.yaml', "minimumReleaseAgeExclude: ['@hypersync/*']\n");
    this.useRegistry(options.address ?? lab.registry.address, options.tokenFile);
    for (const lock of ['package-lock.json', 'pnpm-lock.yaml']) {
      try {
        if (options.lockOf !== undefined) this.write(lock, options.lockOf.read(lock));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  useRegistry(address: string, tokenFile: string | null): void {
    const token =
      tokenFile === null ? '' : `//${new URL(address).host}/:_authToken=${readFileSync(tokenFile, 'utf8').trim()}\n`;
    this.write('.npmrc', `registry=${address}/\n${token}fetch-retries=0\n`);
  }

  npm(...args: readonly string[]): Promise<Finished> {
    return this.#run([...this.#tools.npm, ...args, '--no-audit', '--no-fund']);
  }

  pnpm(...args: readonly string[]): Promise<Finished> {
    return this.#run([...this.#tools.pnpm, ...args]);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** Names in `node_modules/@hypersync`. */
  installed(): readonly string[] {
    try {
      return readdirSync(join(this.folder, 'node_modules/@hypersync')).map((name) => `@hypersync/${name}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async #run([program = '', ...args]: readonly string[]): Promise<Finished> {
    const child = spawn(program, args, { cwd: this.folder, env: clientEnvironment(this.folder), stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end();
    const [status] = (await once(child, 'close')) as [number | null];
    return { status: status ?? 1, stdout, stderr };
  }
}

const NOWHERE = 'http://127.0.0.1:9';

/** Home, caches and stores below `folder`; no road to the internet. */
function clientEnvironment(folder: string): NodeJS.ProcessEnv {
  const home = join(folder, '.home');
  mkdirSync(home, { recursive: true });
  return {
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    PNPM_HOME: join(home, 'pnpm'),
    npm_config_cache: join(home, 'npm'),
    npm_config_userconfig: join(home, 'npmrc'),
    npm_config_globalconfig: join(home, 'global-npmrc'),
    npm_config_update_notifier: 'false',
    HTTP_PROXY: NOWHERE,
    HTTPS_PROXY: NOWHERE,
    NO_PROXY: '127.0.0.1',
    CI: 'true',
  };
}

function stop(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // it ended by itself
  }
}

/** Installed trees are read-only, for whoever is not root. */
function removeTree(path: string): void {
  const open = (folder: string): void => {
    if (!lstatSync(folder).isDirectory()) return;
    chmodSync(folder, 0o700);
    for (const name of readdirSync(folder)) open(join(folder, name));
  };
  open(path);
  rmSync(path, { recursive: true, force: true });
}

if (import.meta.main) {
  using lab = await startLab();
  await lab.fillVerdaccio();
  const ended = once(process.stdin.resume(), 'close');
  const { fillVerdaccio: _fill, [Symbol.dispose]: _end, ...printed } = lab;
  process.stdout.write(`${JSON.stringify(printed satisfies Lab)}\n`);
  await ended;
}
