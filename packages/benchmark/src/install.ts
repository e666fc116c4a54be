import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mustRun, withLab, type Lab } from './lab.ts';
import { inTurn, pairedRatio, type Contender, type Timings } from './paired.ts';
import { median, type BenchmarkRow } from './result.ts';

const ROUNDS = 5;
const OURS = 'hyper-install';
const PNPM = 'pnpm install --frozen-lockfile';
/** Without the wrapper in Node that pnpm's package starts with where install scripts are off: what a global installation runs. */
const PNPM_BINARY = 'pnpm install, native binary';
const NPM = 'npm ci';
const FLOOR = 'curl + sha512sum + tar';

/**
 * A new host, empty caches. Ours also fetches and verifies signed metadata, bundles and the runtime, and syncs every
 * file; the peers do the nine plugins only. The self-test is measured by the installer itself and taken out.
 */
export function installRows(): Promise<readonly BenchmarkRow[]> {
  return withLab(async (lab) => {
    const selfTests: number[] = [];
    const contenders = [ours(lab, selfTests), ...pnpm(lab), npm(lab), floor(lab)];
    const timings = await inTurn(contenders, ROUNDS);
    // The first round warms up.
    const selfTest = selfTests.slice(1);
    const whole = timings.get(OURS) ?? [];
    const alone = whole.map((value, round) => value - (selfTest[round] ?? Number.NaN));
    const against = (name: string, limit: number | null): BenchmarkRow => {
      const peer = timings.get(name) ?? [];
      const ratio = pairedRatio(alone, peer);
      const budget =
        limit === null ? null : { words: limit === 1 ? 'no slower' : `within ${limit}x`, met: ratio <= limit };
      return row('PRO on a new host, without self-test', alone, { name, value: median(peer), ratio }, budget);
    };
    return [
      against(PNPM, 1),
      ...(timings.has(PNPM_BINARY) ? [against(PNPM_BINARY, null)] : []),
      against(NPM, null),
      against(FLOOR, 2),
      row('the self-test of that, apart', selfTest, null, null),
    ];
  });
}

function row(what: string, ours: Timings, peer: BenchmarkRow['peer'], budget: BenchmarkRow['budget']): BenchmarkRow {
  return { group: 'install', what, unit: 'ms', ours: median(ours), peer, budget };
}

function ours(lab: Lab, selfTests: number[]): Contender {
  const root = join(lab.folder, 'host');
  const command = [process.execPath, lab.installer, '--tier', 'PRO', '--license', lab.licenses.PRO, '--root', root];
  return {
    name: OURS,
    prepare: () => rmSync(root, { recursive: true, force: true }),
    run: () => {
      const done = JSON.parse(mustRun([...command, '--output', 'json'])) as { selfTest: { milliseconds: number } };
      selfTests.push(done.selfTest.milliseconds);
    },
  };
}

/** A project of a stock client: same server, same license as token, same nine plugins. */
function project(lab: Lab, name: string): { folder: string; home: string; env: NodeJS.ProcessEnv } {
  const folder = join(lab.folder, name);
  const home = join(folder, '.home');
  mkdirSync(home, { recursive: true });
  const dependencies = Object.fromEntries(lab.packages.map(({ name, version }) => [name, version]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'customer', version: '1.0.0', dependencies }));
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), "minimumReleaseAgeExclude: ['@hypersync/*']\n");
  const { address } = lab.registry;
  const token = `//${new URL(address).host}/:_authToken=${readFileSync(lab.licenses.PRO, 'utf8').trim()}`;
  writeFileSync(join(folder, '.npmrc'), `registry=${address}/\n${token}\n`);
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    npm_config_cache: join(home, 'npm'),
    npm_config_userconfig: join(home, 'npmrc'),
    npm_config_update_notifier: 'false',
    CI: 'true',
  };
  return { folder, home, env };
}

/** Makes the lock once, and before each round removes what was installed and every cache. */
function stockClient(
  lab: Lab,
  name: string,
  commands: { readonly lock: readonly string[]; readonly install: readonly string[] },
): Contender {
  const { folder, home, env } = project(lab, name.replaceAll(/[ ,]+/g, '-'));
  const options = { cwd: folder, env };
  const modules = join(folder, 'node_modules');
  mustRun(commands.lock, options);
  return {
    name,
    prepare: () => {
      for (const path of [modules, home]) rmSync(path, { recursive: true, force: true });
      mkdirSync(home);
    },
    run: () => {
      mustRun(commands.install, options);
      const found = readdirSync(join(modules, '@hypersync')).length;
      if (found !== lab.packages.length) throw new Error(`${name} installed ${found} packages`);
    },
  };
}

function pnpm(lab: Lab): readonly Contender[] {
  const [wrapper = ''] = lab.tools.pnpm;
  const binary = join(dirname(wrapper), `../@pnpm/exe.${process.platform}-${process.arch}/pnpm`);
  const client = (name: string, command: readonly string[]): Contender =>
    stockClient(lab, name, {
      lock: [...command, 'install', '--lockfile-only'],
      install: [...command, 'install', '--frozen-lockfile'],
    });
  return [client(PNPM, lab.tools.pnpm), ...(existsSync(binary) ? [client(PNPM_BINARY, [binary])] : [])];
}

function npm(lab: Lab): Contender {
  const command = lab.tools.npm;
  return stockClient(lab, NPM, {
    lock: [...command, 'install', '--package-lock-only', '--no-audit', '--no-fund'],
    install: [...command, 'ci', '--no-audit', '--no-fund'],
  });
}

/** What nobody can go below: fetch in parallel on one connection pool, check the digests, unpack. Nothing is synced. */
function floor(lab: Lab): Contender {
  const folder = join(lab.folder, 'floor');
  mkdirSync(folder);
  const files = lab.packages.map(({ name, version, integrity }) => {
    const base = name.split('/')[1] ?? name;
    return {
      base,
      file: `${base}-${version}.tgz`,
      url: `${lab.registry.address}/${name}/-/${base}-${version}.tgz`,
      integrity,
    };
  });
  const header = `header = "authorization: Bearer ${readFileSync(lab.licenses.PRO, 'utf8').trim()}"\n`;
  const urls = files.map(({ url, file }) => `url = "${url}"\noutput = "out/${file}"\n`).join('');
  writeFileSync(join(folder, 'curl.conf'), `${header}${urls}`);
  const hex = (integrity: string): string => Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
  writeFileSync(join(folder, 'sums'), files.map(({ file, integrity }) => `${hex(integrity)}  ${file}\n`).join(''));
  const unpack = files.map(({ base, file }) => `mkdir ${base} && tar xzf ${file} -C ${base}\n`).join('');
  const script = `set -eu\nmkdir out\ncurl -sS --fail --parallel --config curl.conf\ncd out\nsha512sum -c --quiet ../sums\n${unpack}`;
  writeFileSync(join(folder, 'floor.sh'), script);
  return {
    name: FLOOR,
    prepare: () => rmSync(join(folder, 'out'), { recursive: true, force: true }),
    run: () => void mustRun(['/bin/sh', 'floor.sh'], { cwd: folder }),
  };
}
