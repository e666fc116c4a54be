import { beforeAll, describe, expect, it } from 'vitest';
import { makeBlock } from '../src/block.ts';
import { contradiction } from '../src/evidence.ts';
import {
  decodeLightBlock,
  divergence,
  encodeLightBlock,
  LightClient,
  lightBlockOf,
  type LightBlock,
} from '../src/light-client.ts';
import { ValidatorSet } from '../src/validators.ts';
import { voteStatement, type Vote } from '../src/vote.ts';
import { Cluster, decidedBy, verifyAs } from './cluster.ts';

/**
 * A real chain of 40 heights in which n7, n6, n5 (weight 20, 20, 20 of 200) lose their votes one after another: the sets
 * change, so that trust cannot simply jump.
 */
const WEIGHTS = { n1: 35, n2: 35, n3: 35, n4: 35, n5: 20, n6: 20, n7: 20 };
const GUILTY = ['n7', 'n6', 'n5'] as const;

let cluster: Cluster;
let blocks: LightBlock[];

beforeAll(() => {
  cluster = new Cluster(WEIGHTS, { config: { validatorPeriod: 4 } });
  for (let k = 0; k < 24; k++) {
    const culprit = k % 8 === 2 ? GUILTY[(k - 2) / 8] : undefined;
    if (culprit !== undefined) cluster.inject(culprit, { t: 'evidence', proofs: [crime(culprit)] }, ['n1']);
    cluster.propose('n1', `v${k}`);
    cluster.advance(60);
  }
  let chain = cluster.genesis;
  blocks = decidedBy(cluster, 'n1').map((decided) => {
    const { members, ids } = chain.validators.table;
    const { height } = decided.block.header;
    const commit = cluster.certificate(ids, 'precommit', decided.commit.round, decided.block, -1, height); // all have signed
    const light = lightBlockOf({ ...decided, commit }, members);
    chain = chain.apply(decided.block);
    return light;
  });
});

function crime(culprit: string): Uint8Array {
  const [first, second] = [1, 2].map((fill) => {
    const vote: Vote = { type: 'prevote', height: 99, round: 0, id: new Uint8Array(32).fill(fill), polRound: -1 };
    const payload = voteStatement(vote);
    return { payload, signature: cluster.sign(culprit, payload) };
  });
  return contradiction(culprit, first!, second!)!.proof;
}

function client(options: Partial<ConstructorParameters<typeof LightClient>[0]> = {}): LightClient {
  const rules = { validatorPeriod: 4, stopEndorsement: 'one' } as const;
  return new LightClient({ chain: { epoch: 1, members: cluster.members, rules }, verify: verifyAs, ...options });
}

/** Follows wishes until the target is trusted or refused; the heights asked for. */
function follow(light: LightClient, target: number, now = 0): { asked: number[]; verdict: unknown } {
  const asked: number[] = [];
  let verdict: unknown = 'trusted';
  light.aim(target);
  for (let height = light.wanted(); height !== null; height = light.wanted()) {
    asked.push(height);
    verdict = light.offer(blocks[height - 1]!, now);
  }
  return { asked, verdict };
}

describe('a light client', () => {
  it('skips to a far header when those it trusts have signed it', () => {
    const light = client();
    expect(blocks.length).toBeGreaterThanOrEqual(24);
    expect(follow(light, 24)).toEqual({ asked: [24], verdict: 'trusted' });
    expect(light.height).toBe(24);
    expect(light.trusted(24)).toBe(blocks[23]);
    expect(light.trusted(12)).toBeUndefined();
  });

  it('halves the way where too few of them have', () => {
    const strict = { trustLevel: { numerator: 17, denominator: 20 } };
    const { asked, verdict } = follow(client(strict), 24);
    expect(verdict).toBe('trusted');
    expect(asked).toEqual([24, 12]);
  });

  it('goes header by header where it must, and knows the next validators', () => {
    const light = client();
    for (let height = 1; height <= 12; height++) expect(follow(light, height).asked).toEqual([height]);
    expect(new Set(blocks.map(({ validators }) => validators.length))).toEqual(new Set([7, 6, 5, 4]));
  });

  it.each([
    [
      'a commit of two thirds or less',
      (block: LightBlock) => ({ ...block, commit: { ...block.commit, votes: block.commit.votes.slice(1, 3) } }),
    ],
    [
      'a forged signature',
      (block: LightBlock) => ({
        ...block,
        commit: {
          ...block.commit,
          votes: block.commit.votes.map((one) => ({ ...one, signature: new Uint8Array(32) })),
        },
      }),
    ],
    [
      'validators that the header does not name',
      (block: LightBlock) => ({ ...block, validators: block.validators.slice(1) }),
    ],
    ['the commit of another block', (block: LightBlock) => ({ ...block, commit: blocks[3]!.commit })],
    [
      'a changed header',
      (block: LightBlock) => ({ ...block, header: { ...block.header, time: block.header.time + 1 } }),
    ],
  ])('refuses %s', (_name, change) => {
    const light = client();
    light.aim(10);
    expect(light.offer(change(blocks[9]!))).toHaveProperty('refused');
    expect(light.height).toBe(0);
    expect(light.wanted()).toBeNull();
  });

  it('refuses another chain, an expired trust, and headers that go back', () => {
    const elsewhere = client({
      chain: { epoch: 2, members: cluster.members, rules: { validatorPeriod: 4, stopEndorsement: 'one' } },
    });
    expect(follow(elsewhere, 10).verdict).toHaveProperty('refused');
    const light = client({ trusted: blocks[4]!, trustingPeriod: 100 });
    expect(follow(light, 10, blocks[4]!.header.time + 101).verdict).toHaveProperty('refused');
    expect(follow(light, 10, blocks[4]!.header.time + 100).verdict).toBe('trusted');
    expect(light.check(blocks[7]!)).toHaveProperty('refused');
    light.aim(3);
    expect(light.wanted()).toBeNull();
    expect(light.offer(blocks[11]!)).toHaveProperty('refused');
  });

  it('refuses a set of its own making, even signed by all of it (phantoms, F4)', () => {
    const phantoms = [
      { id: 'n5', weight: 1 },
      { id: 'n6', weight: 1 },
    ];
    const forged = forge(phantoms, ['n5', 'n6']);
    const light = client({ trusted: blocks[11]! });
    light.aim(forged.header.height);
    expect(light.offer(forged)).toBe('not-enough-trust'); // 40 of the trusted 180: asks for what lies between
    expect(light.height).toBe(12);
  });

  it('options that make no sense throw', () => {
    expect(() => client({ trustLevel: { numerator: 1, denominator: 4 } })).toThrow(RangeError);
    expect(() => client({ trustLevel: { numerator: 2, denominator: 2 } })).toThrow(RangeError);
    expect(() => client({ trusted: { ...blocks[0]!, validators: [] } })).toThrow(RangeError);
  });

  it('blocks travel encoded, and bounded', () => {
    for (const block of blocks) {
      const bytes = encodeLightBlock(block, cluster.members);
      expect(decodeLightBlock(bytes, cluster.members)).toEqual(block);
      expect(decodeLightBlock(bytes.slice(1), cluster.members)).toBeNull();
    }
  });
});

function forge(validators: LightBlock['validators'], signers: readonly string[], height = 20): LightBlock {
  const like = blocks[height - 1]!;
  const { hash } = new ValidatorSet(validators);
  const block = makeBlock({ ...like.header, validatorsHash: hash, nextValidatorsHash: hash }, [], []);
  const commit = cluster.certificate(signers, 'precommit', like.commit.round, block, -1, height);
  return { header: block.header, commit, validators };
}

describe('two clients that were told different things', () => {
  it('prove the guilt of who signed both in one round, and name who else signed', () => {
    const { commit, ...rest } = blocks[19]!;
    const ours = { ...rest, commit: { ...commit, votes: commit.votes.slice(1) } };
    const forged = forge(ours.validators, ['n1', 'n2', 'n3', 'n4']);
    const { proven, suspects } = divergence(ours, forged);
    const guilty = proven.map(({ culprit, kind }) => `${culprit} ${kind}`);
    expect(guilty).toEqual(['n2 double-vote', 'n3 double-vote', 'n4 double-vote']);
    expect(suspects).toEqual(['n1']);
    expect(divergence(ours, ours)).toEqual({ proven: [], suspects: [] });
  });

  it('find lunatics where a header contradicts the parent it names (F5)', () => {
    const parent = blocks[18]!;
    const wrong = makeBlock({ ...blocks[19]!.header, time: parent.header.time }, [], []);
    const commit = cluster.certificate(['n1', 'n2', 'n3'], 'precommit', 9, wrong, -1, 20);
    const theirs = { header: wrong.header, commit, validators: blocks[19]!.validators };
    const { proven } = divergence(blocks[19]!, theirs, parent);
    expect(proven.map(({ culprit, kind }) => `${culprit} ${kind}`)).toEqual(['n1 lunatic', 'n2 lunatic', 'n3 lunatic']);
  });
});
