import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { systemClock } from '@hypersync/base';
import { memoryMetadataStore, openTrustedCatalog, verifyArtifact } from '@hypersync/trust';
import { CHECKOUT, mustRun, withLab, type Lab, type Served } from './lab.ts';
import { inTurn, pairedRatio, type Contender } from './paired.ts';
import { median, type BenchmarkRow } from './result.ts';

const ROUNDS = 5;
const REQUESTS = 3_000;
const AT_ONCE = 8;
const HOSTS = 100;
const VERDACCIO = 'Verdaccio';

/** What the server costs, in its own CPU time: wall time would measure the client. */
export async function serverRows(): Promise<readonly BenchmarkRow[]> {
  if (!existsSync('/proc/self/stat')) throw new Error('the group server reads /proc, which only Linux has');
  return withLab(async (lab) => [await perRequest(lab), ...(await manyHosts(lab))]);
}

async function perRequest(lab: Lab): Promise<BenchmarkRow> {
  const [ours, theirs] = [loadOf(lab, 'ours', lab.registry), loadOf(lab, VERDACCIO, lab.verdaccio)];
  await inTurn([ours.contender, theirs.contender], ROUNDS);
  // The first round warms up.
  const [mine, peer] = [ours.cpu.slice(1), theirs.cpu.slice(1)];
  const ratio = pairedRatio(mine, peer);
  return {
    group: 'server',
    what: 'CPU per authorised tarball request',
    unit: 'us',
    ours: median(mine),
    peer: { name: VERDACCIO, value: median(peer), ratio },
    budget: { words: 'at least 4x less', met: ratio <= 1 / 4 },
  };
}

/** The nine tarballs again and again, each answer read to its end and its digest looked at once. */
function loadOf(lab: Lab, name: string, server: Served): { contender: Contender; cpu: number[] } {
  const cpu: number[] = [];
  const headers = { authorization: `Bearer ${readFileSync(server.tokenFile, 'utf8').trim()}` };
  const wanted = lab.packages.map(({ name, version, integrity }) => {
    return { integrity, url: `${server.address}/${name}/-/${name.split('/')[1]}-${version}.tgz` };
  });
  const run = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const fetchOne = async (index: number): Promise<void> => {
      const one = wanted[index % wanted.length];
      if (one === undefined) return;
      const body = await fetchBytes(one.url, { agent, headers });
      if (index < wanted.length && integrityOf(body) !== one.integrity) throw new Error(`other bytes from ${one.url}`);
    };
    const before = cpuSeconds(server.pid);
    let next = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < REQUESTS) await fetchOne(next++);
      }),
    );
    cpu.push(((cpuSeconds(server.pid) - before) / REQUESTS) * 1e6);
    agent.destroy();
  };
  return { contender: { name, run }, cpu };
}

/** A hundred new hosts at the same moment, each with connections of its own and all checks of an installation. */
async function manyHosts(lab: Lab): Promise<readonly BenchmarkRow[]> {
  const { pid } = lab.registry;
  const [memory, cpu, start] = [residentBytes(pid), cpuSeconds(pid), performance.now()];
  let peak = memory;
  const watch = setInterval(() => (peak = Math.max(peak, residentBytes(pid))), 20);
  const hosts = await Promise.allSettled(Array.from({ length: HOSTS }, () => oneHost(lab)));
  clearInterval(watch);
  const milliseconds = performance.now() - start;
  const failures = hosts.filter((host) => host.status === 'rejected');
  for (const { reason } of failures.slice(0, 3)) console.error('bench: a host failed:', reason);
  const row = (what: string, unit: string, ours: number, budget: BenchmarkRow['budget']): BenchmarkRow => {
    return { group: 'server', what: `${HOSTS} hosts at once: ${what}`, unit, ours, peer: null, budget };
  };
  return [
    row('failures', 'hosts', failures.length, { words: 'none', met: failures.length === 0 }),
    row('time, all clients in one process', 'ms', milliseconds, null),
    row('server CPU', 'ms', (cpuSeconds(pid) - cpu) * 1000, null),
    row('server memory at most', 'MB', peak / 1e6, null),
    row('server memory before', 'MB', memory / 1e6, null),
  ];
}

/** All that an installation asks a registry for, checked as it checks: catalog, tier manifest, nine plugins, runtime. */
async function oneHost(lab: Lab): Promise<void> {
  const { address } = lab.registry;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const headers = { authorization: `Bearer ${readFileSync(lab.licenses.PRO, 'utf8').trim()}` };
  try {
    const root = readFileSync(join(lab.tree, 'tuf/metadata/1.root.json'), 'utf8');
    const catalog = await openTrustedCatalog({
      anchor: { vendor: 'benchmark', root, registry: address, floor: 0 },
      source: { fetch: (path) => fetchIfThere(`${address}/-/hypersync/tuf/${path}`, { agent, headers }) },
      store: memoryMetadataStore(),
      clock: systemClock,
    });
    const { manifest } = await catalog.tierManifest('pro');
    const rules = { policy: catalog.policy, evidence: manifest.evidence, revocations: catalog.revocations };
    const fetchOne = async (entry: (typeof manifest.plugins)[number] | typeof manifest.runtime): Promise<void> => {
      const base = `${entry.name.split('/')[1]}-${entry.version}`;
      const [tarball, bundle] = await Promise.all([
        fetchBytes(`${address}/${entry.name}/-/${base}.tgz`, { agent, headers }),
        fetchBytes(`${address}/-/hypersync/bundles/${base}.sigstore.json`, { agent, headers }),
      ]);
      verifyArtifact({ entry, tarball, bundle }, rules);
    };
    await Promise.all([manifest.runtime, ...manifest.plugins].map(fetchOne));
  } finally {
    agent.destroy();
  }
}

interface Asking {
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
}

async function fetchBytes(url: string, asking: Asking): Promise<Buffer> {
  const body = await fetchIfThere(url, asking);
  if (body === null) throw new Error(`404 from ${url}`);
  return body;
}

function fetchIfThere(url: string, { agent, headers }: Asking): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else if (response.statusCode === 404) resolve(null);
        else reject(new Error(`${response.statusCode} from ${url}`));
      });
    }).on('error', reject);
  });
}

const integrityOf = (bytes: Uint8Array): string => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

let ticks: number | null = null;

/** User and system time of a whole process so far (proc(5): fields 14 and 15, after the name in brackets). */
function cpuSeconds(pid: number): number {
  ticks ??= Number(mustRun(['getconf', 'CLK_TCK'], { cwd: CHECKOUT }));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) * 1024;
}
