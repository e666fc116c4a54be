import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, tokenOf, vendorWithRevokedLicense, type Bench } from './bench.ts';
import { MATRIX, statusInView, TARGETS, TOKENS, type Target, type TokenKind } from './entitlement-matrix.ts';

let bench: Bench;
const tokens = new Map<TokenKind, string | null>();
beforeAll(async () => {
  bench = await openBench({ vendor: await vendorWithRevokedLicense() });
  for (const kind of TOKENS) tokens.set(kind, await tokenOf(kind, bench.vendor));
});
afterAll(async () => bench[Symbol.asyncDispose]());

/** The package of each target. `nowhere` has a good name, so that only its absence can show. */
const BASES: Readonly<Partial<Record<Target, string>>> = {
  core: 'mechanism-gossip',
  basic: 'mechanism-raft',
  pro: 'mechanism-paxos',
  nowhere: 'mechanism-nowhere',
};

/** Every address under which a package can be asked for, in every spelling that a client may use. */
const SPELLINGS: readonly (readonly [string, (base: string) => string])[] = [
  ['packument, slash', (base) => `/@hypersync/${base}`],
  ['packument, %2f', (base) => `/@hypersync%2f${base}`],
  ['packument, %2F', (base) => `/@hypersync%2F${base}`],
  ['packument, %40', (base) => `/%40hypersync%2f${base}`],
  ['packument, query', (base) => `/@hypersync%2f${base}?write=true`],
  ['tarball', (base) => `/@hypersync/${base}/-/${base}-1.0.0.tgz`],
  ['tarball, %2f', (base) => `/@hypersync%2f${base}/-/${base}-1.0.0.tgz`],
  ['version', (base) => `/@hypersync/${base}/1.0.0`],
  ['tag', (base) => `/@hypersync%2f${base}/latest`],
  ['dist-tags', (base) => `/-/package/@hypersync%2f${base}/dist-tags`],
  ['bundle', (base) => `/-/hypersync/bundles/${base}-1.0.0.sigstore.json`],
  ['attestations', (base) => `/-/npm/v1/attestations/@hypersync%2f${base}@1.0.0`],
];

function addressesOf(target: Target): readonly (readonly [string, string])[] {
  if (target === 'whoami') return [['whoami', '/-/whoami']];
  if (target === 'open') {
    return [
      ['ping', '/-/ping'],
      ['keys', '/-/npm/v1/keys'],
      ['timestamp', '/-/hypersync/tuf/metadata/timestamp.json'],
      ['root', '/-/hypersync/tuf/metadata/1.root.json'],
    ];
  }
  return SPELLINGS.map(([name, spell]) => [name, spell(BASES[target] ?? '')]);
}

describe.each(TOKENS)('a token of the kind %s', (kind) => {
  test.each(TARGETS.map((target, i) => [target, MATRIX[kind][i]] as const))(
    '%s is %i under every address, by GET and HEAD',
    async (target, expected) => {
      for (const [name, address] of addressesOf(target)) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await bench.get(address, { token: tokens.get(kind) ?? null, method });
          expect(answer.status, `${method} ${name}: ${address}`).toBe(expected);
          if (method === 'HEAD') expect(answer.body.length).toBe(0);
        }
      }
    },
  );

  test.each(['core', 'basic', 'pro'] as const)('the same within /tiers/%s/', async (view) => {
    for (const target of TARGETS) {
      for (const [name, address] of addressesOf(target)) {
        const answer = await bench.get(`/tiers/${view}${address}`, { token: tokens.get(kind) ?? null });
        expect(answer.status, `${name}: /tiers/${view}${address}`).toBe(statusInView(kind, target, view));
      }
    }
  });
});

test('the tier manifest, a TUF target, needs its tier', async () => {
  const targets = [...bench.vendor.repository.files.keys()].filter((path) => path.startsWith('targets/'));
  const seen: Record<string, number[]> = {};
  for (const path of targets) {
    const tier = /^targets\/([a-z-]+)\//.exec(path)?.[1] ?? 'open';
    for (const kind of ['none', 'core', 'basic', 'pro', 'expired'] as const) {
      const answer = await bench.get(`/-/hypersync/tuf/${path}`, { token: tokens.get(kind) ?? null });
      (seen[`${tier} for ${kind}`] ??= []).push(answer.status);
      if (answer.status === 200)
        expect(answer.body).toEqual(Buffer.from(bench.vendor.repository.files.get(path) ?? []));
    }
  }
  const all = (status: number) => expect.arrayContaining([status]);
  expect(Object.fromEntries(Object.entries(seen).map(([key, statuses]) => [key, [...new Set(statuses)]]))).toEqual({
    'core for none': [200],
    'core for core': [200],
    'core for basic': [200],
    'core for pro': [200],
    'core for expired': [401],
    'basic for none': [401],
    'basic for core': [403],
    'basic for basic': [200],
    'basic for pro': [200],
    'basic for expired': [401],
    'pro for none': [401],
    'pro for core': [403],
    'pro for basic': [403],
    'pro for pro': [200],
    'pro for expired': [401],
    'open for none': all(200),
    'open for core': all(200),
    'open for basic': all(200),
    'open for pro': all(200),
    'open for expired': all(200),
  });
});

test('without a license, what exists and what does not cannot be told apart (attack N23)', async () => {
  const answers = [];
  for (const base of ['mechanism-paxos', 'mechanism-nowhere']) {
    for (const [, spell] of SPELLINGS) {
      const { status, headers, body } = await bench.get(spell(base));
      const { date: _, ...rest } = headers;
      answers.push(JSON.stringify({ status, rest, body: body.toString() }));
    }
  }
  expect(new Set(answers).size).toBe(1);
});

test('a refusal names the tier that has it, and nothing that it should not', async () => {
  const answer = await bench.get('/@hypersync%2fmechanism-paxos', { token: tokens.get('core') ?? null });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.json()).toMatchObject({
    type: 'urn:hypersync:error:HS-1803',
    status: 403,
    code: 'HS-1803',
    tier: 'pro',
    detail: 'PRO has this; the license of Example Customer is for CORE.',
  });
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(JSON.stringify(answer.json())).not.toContain(bench.tree);
});

test('the reason of a refused license is told', async () => {
  const reasons: Record<string, string> = {};
  for (const kind of ['expired', 'not-yet', 'revoked', 'other-key', 'basic-auth'] as const) {
    reasons[kind] = (await bench.get('/-/whoami', { token: tokens.get(kind) ?? null })).json()['detail'] ?? '';
  }
  expect(reasons).toEqual({
    expired: 'The license expired on 2029-12-02, and its grace of 14 days is over.',
    'not-yet': 'The license begins on 2030-01-02.',
    revoked: 'License L-REVOKED of Example Customer was revoked by Example Vendor.',
    'other-key': 'The license does not verify: its signature is not by the key that it names.',
    'basic-auth': 'The Authorization header holds no license (Bearer <license>).',
  });
});

/** Spellings that must not reach anything, whoever asks. With a license they are 404, without one 401. */
const ODD = [
  '/@hypersync%252fmechanism-gossip',
  '/@hypersync%5cmechanism-gossip',
  '/@hypersync/../@hypersync/mechanism-gossip',
  '/@hypersync/mechanism-gossip/..%2fmechanism-paxos',
  '/@hypersync/mechanism-gossip/-/..%2f..%2fmechanism-paxos%2f-%2fmechanism-paxos-1.0.0.tgz',
  '/@hypersync/mechanism-gossip/-/../../mechanism-paxos/-/mechanism-paxos-1.0.0.tgz',
  '/@hypersync/mechanism-gossip/-/mechanism-paxos-1.0.0.tgz',
  '/@hypersync/mechanism-gossip/-/mechanism-gossip-1.0.0.tgz%00',
  '/@hypersync/mechanism-gossip%00',
  '/@HYPERSYNC/mechanism-gossip',
  '/@hypersync/MECHANISM-GOSSIP',
  '/@Hypersync%2Fmechanism-gossip',
  '/@hypersync/mechanism-gossip/',
  '//@hypersync/mechanism-gossip',
  '/@hypersync//mechanism-gossip',
  '/./@hypersync/mechanism-gossip',
  '/@hypersync/mechanism-gossip;tier=pro',
  '/@hypersync%2',
  '/%',
  '/%ff%fe',
  '/@hypersync/%6dechanism-gossip',
  '/access.json',
  '/registry.json',
  '/.publish/journal',
  '/packages/@hypersync/mechanism-paxos/packument.json',
  '/-/hypersync/bundles/..%2fmechanism-paxos-1.0.0.sigstore.json',
  '/-/hypersync/tuf/targets/../../access.json',
  '/-/hypersync/tuf/metadata/..%2f..%2faccess.json',
  '/tiers/pro',
  '/tiers/PRO/@hypersync/mechanism-paxos',
  '/tiers/platinum/@hypersync/mechanism-gossip',
  '/tiers/core/tiers/pro/@hypersync/mechanism-paxos',
  '/-/all',
  '/-/user/org.couchdb.user:x',
  `/@hypersync/${'a'.repeat(3000)}`,
  '/',
  '*',
];

test.each(ODD)('%s reaches nothing', async (target) => {
  expect((await bench.get(target)).status).toBe(401);
  expect((await bench.get(target, { token: tokens.get('qm-imperium') ?? null })).status).toBe(404);
});

test.each(['PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])(
  '%s is 405 with a way out, whoever asks',
  async (method) => {
    for (const kind of ['none', 'pro'] as const) {
      for (const target of [
        '/@hypersync%2fmechanism-gossip',
        '/@hypersync%2fmechanism-paxos',
        '/@hypersync%2fmechanism-nowhere',
      ]) {
        const answer = await bench.get(target, { method, token: tokens.get(kind) ?? null });
        expect(answer.status).toBe(405);
        expect(answer.headers['allow']).toBe('GET, HEAD');
        expect(answer.json()).toMatchObject({
          code: 'HS-1806',
          hint: expect.stringContaining('hyper-publish publish'),
        });
      }
    }
  },
);
