// Stock npm, pnpm and Verdaccio, unmodified: what customers have already must work with a license as token, and refuse
// without one.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, type Finished } from '../../deployment/quickstart/programs.ts';
import { Project, startLab, type PublishedPackage, type RunningLab } from './lab.ts';

let lab: RunningLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.[Symbol.dispose]());

const names = (packages: readonly PublishedPackage[]): readonly string[] => packages.map(({ name }) => name).sort();
const only = (id: string): readonly PublishedPackage[] => lab.packages.filter(({ name }) => name.endsWith(`-${id}`));
const words = ({ stdout, stderr }: Finished): string => stdout + stderr;

describe('npm', () => {
  let customer: Project;
  beforeAll(async () => {
    customer = new Project(lab, { packages: lab.packages, tokenFile: lab.licenses.PRO });
    const done = await customer.npm('install');
    expect(done.status, words(done)).toBe(0);
  });

  it('installs all of PRO with the license as token, locked to the digests that were published', () => {
    expect(lab.packages).toHaveLength(9);
    expect([...customer.installed()].sort()).toEqual(names(lab.packages));
    const lock = JSON.parse(customer.read('package-lock.json')) as {
      packages: Record<string, { integrity?: string; version: string }>;
    };
    for (const { name, version, integrity } of lab.packages) {
      expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version, integrity });
    }
  });

  it('npm ci puts the same there on another host', async () => {
    const other = new Project(lab, { packages: lab.packages, tokenFile: lab.licenses.PRO, lockOf: customer });
    const done = await other.npm('ci');
    expect(done.status, words(done)).toBe(0);
    expect([...other.installed()].sort()).toEqual(names(lab.packages));
    for (const { name } of lab.packages) {
      const path = `node_modules/${name}/plugin.mjs`;
      expect(other.read(path)).toBe(customer.read(path));
    }
  });

  it('npm ci with the lock but without a license is refused', async () => {
    const thief = new Project(lab, { packages: lab.packages, tokenFile: null, lockOf: customer });
    const refused = await thief.npm('ci');
    expect(refused.status).not.toBe(0);
    expect(words(refused)).toContain('E401');
    expect(thief.installed()).toEqual([]);
  });

  it('installs CORE without a license', async () => {
    const core = lab.packages.filter(({ tier }) => tier === 'core');
    const guest = new Project(lab, { packages: core, tokenFile: null });
    const done = await guest.npm('install');
    expect(done.status, words(done)).toBe(0);
    expect([...guest.installed()].sort()).toEqual(names(core));
  });

  it.each([
    ['no token', () => null, 'E401'],
    ['a Basic license', () => lab.licenses.Basic, 'E403'],
    ['something that is no license', () => written('not-a-license'), 'E401'],
  ])('with %s, a PRO plugin is refused', async (_what, tokenFile, code) => {
    const project = new Project(lab, { packages: only('paxos'), tokenFile: tokenFile() });
    const refused = await project.npm('install');
    expect(refused.status).not.toBe(0);
    expect(words(refused)).toContain(code);
    expect(project.installed()).toEqual([]);
  });
});

describe('pnpm', () => {
  let customer: Project;
  let altering: Altering;
  beforeAll(async () => {
    altering = await altered();
    customer = new Project(lab, { packages: lab.packages, tokenFile: lab.licenses.PRO });
    const done = await customer.pnpm('install');
    expect(done.status, words(done)).toBe(0);
  });
  afterAll(() => altering?.server.close());

  it('installs all of PRO, minutes after its release', () => {
    expect([...customer.installed()].sort()).toEqual(names(lab.packages));
  });

  it('finds the signature of every package good', async () => {
    const audit = await customer.pnpm('audit', 'signatures');
    expect(audit.status, words(audit)).toBe(0);
    expect(words(audit)).toMatch(/\b9\b/);
  });

  it('sees a signature that was changed on the way, and nothing wrong where none was', async () => {
    const project = new Project(lab, { packages: lab.packages, tokenFile: lab.licenses.PRO, lockOf: customer });
    project.useRegistry(altering.address, lab.licenses.PRO);
    const honest = await project.pnpm('audit', 'signatures');
    expect(honest.status, words(honest)).toBe(0);
    altering.alter = true;
    const audit = await project.pnpm('audit', 'signatures');
    expect(audit.status).not.toBe(0);
    expect(words(audit)).toContain('@hypersync/mechanism-raft');
    expect(words(audit)).not.toContain('@hypersync/mechanism-paxos');
  });

  it.each([
    ['no token', () => null, /401/],
    ['a Basic license', () => lab.licenses.Basic, /403/],
  ])('with %s, a PRO plugin is refused', async (_what, tokenFile, code) => {
    const project = new Project(lab, { packages: only('paxos'), tokenFile: tokenFile() });
    const refused = await project.pnpm('install');
    expect(refused.status).not.toBe(0);
    expect(words(refused)).toMatch(code);
    expect(project.installed()).toEqual([]);
  });
});

describe('a stock Verdaccio', () => {
  beforeAll(() => lab.fillVerdaccio());
  const install = (root: string, ...args: readonly string[]): Promise<Finished> =>
    runProgram(lab.installer, [...args, '--root', join(lab.folder, root), '--output', 'json']);
  const stock = (tokenFile: string): readonly string[] => {
    return ['--registry', lab.verdaccio.address, '--registry-kind', 'npm', '--token-file', tokenFile];
  };

  it('serves hyper-install: all of PRO, verified, and it decides values', async () => {
    const args = ['--tier', 'PRO', '--license', lab.licenses.PRO, ...stock(lab.verdaccio.tokenFile)];
    const done = await install('stock-host', ...args);
    expect(done.status, words(done)).toBe(0);
    const valid = await install('stock-host', 'validate');
    expect(valid.status, words(valid)).toBe(0);
    const verified = await install('stock-host', 'verify');
    const { plugins, manifest } = JSON.parse(verified.stdout) as {
      plugins: { evidence: { keys: readonly string[] } }[];
      manifest: { roleVersion: number };
    };
    expect(plugins).toHaveLength(9);
    expect(plugins.every(({ evidence }) => evidence.keys.includes('plugins-1'))).toBe(true);
    expect(manifest.roleVersion).toBe(1);
  });

  it('gets nothing past the license, though it would serve everything', async () => {
    const refused = await install('stock-guest', '--tier', 'PRO', ...stock(lab.verdaccio.tokenFile));
    expect(refused.status, words(refused)).toBe(77);
    const tooLittle = ['--tier', 'PRO', '--license', lab.licenses.Basic, ...stock(lab.verdaccio.tokenFile)];
    expect((await install('stock-guest', ...tooLittle)).status).toBe(77);
    expect(readdirSync(lab.folder)).not.toContain('stock-guest');
  });

  it('is said to refuse a wrong token', async () => {
    const refused = await install('stock-stranger', '--tier', 'CORE', ...stock(written('wrong')));
    expect(refused.status).not.toBe(0);
    expect(JSON.parse(refused.stdout)).toMatchObject({ kind: 'error' });
    expect(readdirSync(lab.folder)).not.toContain('stock-stranger');
  });
});

function written(token: string): string {
  const file = join(lab.folder, `token-${token}`);
  writeFileSync(file, token, { mode: 0o600 });
  return file;
}

interface Altering {
  readonly server: Server;
  readonly address: string;
  alter: boolean;
}

/** Passes everything on; when told to, gives raft a signature that is genuine, but made for another package. */
async function altered(): Promise<Altering> {
  const ask = (path: string, token: string | undefined): Promise<Response> =>
    fetch(`${lab.registry.address}${path}`, { headers: token === undefined ? {} : { authorization: token } });
  const signatureOf = async (path: string, token: string | undefined): Promise<unknown> => {
    const packument = (await (await ask(path, token)).json()) as Packument;
    return Object.values(packument.versions)[0]?.dist.signatures;
  };
  const server = createServer((request, response) => {
    void (async () => {
      const [path, token] = [request.url ?? '/', request.headers.authorization];
      const answer = await ask(path, token);
      let body = await answer.text();
      if (altering.alter && decodeURIComponent(path).endsWith('/mechanism-raft')) {
        const packument = JSON.parse(body) as Packument;
        const foreign = await signatureOf(path.replace('raft', 'paxos'), token);
        for (const version of Object.values(packument.versions)) version.dist.signatures = foreign;
        body = JSON.stringify(packument);
      }
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
        .end(body);
    })();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const altering: Altering = { server, address, alter: false };
  return altering;
}

interface Packument {
  readonly versions: Readonly<Record<string, { dist: { signatures: unknown } }>>;
}
