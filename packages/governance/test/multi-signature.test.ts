import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, sha256, WeightTable } from '@hypersync/consensus-kit';
import {
  ML_DSA_87,
  MultiSignatureManager,
  type AggregatedSignature,
  type MultiSignatureConfig,
  type SignatureVerifier,
  type VerificationOutcome,
  type VerificationRequest,
} from '../src/index.ts';
import { newMlDsaKey, verifyMlDsa } from './ml-dsa.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const HASH = sha256(Uint8Array.of(1));
const OTHER = sha256(Uint8Array.of(2));

/** A scheme of 32-byte keys and signatures, quick enough for many cases: whoever knows a key can sign. */
const keyOf = (id: string): Uint8Array => sha256(new ByteWriter().string(id).finish());
const signatureOf = (key: Uint8Array, message: Uint8Array): Uint8Array =>
  sha256(new ByteWriter().bytes(key).bytes(message).finish());
const isGenuine: SignatureVerifier = ({ publicKey, message, signature }) =>
  signatureOf(publicKey, message).join() === signature.join();

function managerOf(
  config: Partial<MultiSignatureConfig> = {},
  weights: readonly number[] = [1, 1, 1, 1, 1],
  stopwatch?: () => number,
): MultiSignatureManager {
  const members = new WeightTable(weights.map((weight, i) => ({ id: IDS[i]!, weight })));
  const sizes = { signatureBytes: 32, publicKeyBytes: 32 };
  const manager = new MultiSignatureManager({
    members,
    config: { domain: 'test', threshold: 3, ...sizes, ...config },
    ...(stopwatch === undefined ? {} : { stopwatch }),
  });
  for (const id of members.ids) manager.registerPublicKey(id, keyOf(id));
  return manager;
}

const partialOf = (manager: MultiSignatureManager, signer: string, hash = HASH) => ({
  signer,
  signature: signatureOf(keyOf(signer), manager.bytesToSign(hash)),
});

/** Lets the driver answer. */
function drive(manager: MultiSignatureManager, request: VerificationRequest): VerificationOutcome | null {
  return manager.answerVerification(request.id, isGenuine(request) as boolean);
}

function add(manager: MultiSignatureManager, signer: string, from = signer): VerificationOutcome | string | null {
  const answer = manager.addPartialSignature(HASH, partialOf(manager, signer), from);
  return typeof answer === 'string' ? answer : drive(manager, answer);
}

function aggregateOf(manager: MultiSignatureManager, signers: readonly string[]): AggregatedSignature {
  manager.openAggregation(HASH);
  for (const signer of signers) expect(add(manager, signer)).toMatchObject({ kind: 'partial', valid: true });
  return manager.finalizeAggregation(HASH)!;
}

const requestsOf = (asked: ReturnType<MultiSignatureManager['verifyAggregatedSignature']>) =>
  typeof asked === 'string' ? [] : asked.requests;

function verdict(manager: MultiSignatureManager, aggregated: AggregatedSignature): boolean | string {
  const asked = manager.verifyAggregatedSignature(aggregated);
  if (typeof asked === 'string') return asked;
  let outcome: VerificationOutcome | null = null;
  for (const request of asked.requests) outcome ??= drive(manager, request);
  expect(outcome).toMatchObject({ kind: 'aggregate', id: asked.id });
  return outcome!.valid;
}

describe('collecting', () => {
  it('is complete with t signers that weigh more than two thirds', () => {
    const manager = managerOf({ threshold: 3 });
    expect(manager.openAggregation(HASH)).toBe(true);
    expect(add(manager, 'a')).toMatchObject({ ready: false });
    expect(add(manager, 'b')).toMatchObject({ ready: false });
    expect(add(manager, 'c')).toMatchObject({ ready: false }); // three of five heads, but 60 % of the weight
    expect(manager.finalizeAggregation(HASH)).toBeNull();
    expect(add(manager, 'd')).toMatchObject({ ready: true });
    const aggregated = manager.finalizeAggregation(HASH)!;
    expect(aggregated).toMatchObject({ weight: 4, totalWeight: 5 });
    expect(manager.finalizeAggregation(HASH)).toBeNull();
  });

  it('does not count weight for heads: t signers are needed, however heavy they are', () => {
    const manager = managerOf({ threshold: 3 }, [100, 1, 1, 1]);
    manager.openAggregation(HASH);
    expect(add(manager, 'a')).toMatchObject({ ready: false });
    expect(add(manager, 'b')).toMatchObject({ ready: false });
    expect(manager.finalizeAggregation(HASH)).toBeNull();
    expect(add(manager, 'c')).toMatchObject({ ready: true });
    expect(manager.finalizeAggregation(HASH)?.partials).toHaveLength(3);
  });

  it('takes the fewest signers that suffice, the heaviest first', () => {
    const manager = managerOf({ threshold: 2 }, [1, 2, 30, 40, 3]);
    const { partials } = aggregateOf(manager, ['a', 'e', 'b', 'd', 'c']);
    expect(partials.map(({ signer }) => signer)).toEqual(['c', 'd']);
  });

  it('counts a signer once, and only for a message that is being collected for', () => {
    const manager = managerOf();
    expect(add(manager, 'a')).toBe('not-collecting');
    manager.openAggregation(HASH);
    expect(manager.openAggregation(HASH)).toBe(false);
    add(manager, 'a');
    expect(add(manager, 'a')).toBe('duplicate');
    expect(add(manager, 'stranger')).toBe('unknown-signer');
    const [first, second] = [0, 0].map(() => manager.addPartialSignature(HASH, partialOf(manager, 'b'), 'c'));
    expect(second).toBe('sender-busy');
    expect(drive(manager, first as VerificationRequest)).toMatchObject({ signer: 'b', valid: true });
    expect(drive(manager, first as VerificationRequest)).toBeNull(); // an answer counts once
    expect(add(manager, 'd', 'c')).toMatchObject({ signer: 'd', valid: true }); // and the sender may go on
  });

  it('counts the weight of a signer once, also when two senders pass it on at the same time', () => {
    const manager = managerOf({ threshold: 2 });
    manager.openAggregation(HASH);
    const twice = ['d', 'e'].map((from) => manager.addPartialSignature(HASH, partialOf(manager, 'a'), from));
    for (const request of twice) drive(manager, request as VerificationRequest);
    add(manager, 'b');
    expect(add(manager, 'c')).toMatchObject({ ready: false }); // three of five, whatever came twice
  });

  it("rejects a bad partial at its sender's cost: the member whose name it bears still signs", () => {
    const manager = managerOf();
    manager.openAggregation(HASH);
    const forged = { signer: 'a', signature: new Uint8Array(32) };
    const request = manager.addPartialSignature(HASH, forged, 'e') as VerificationRequest;
    expect(drive(manager, request)).toMatchObject({ signer: 'a', from: 'e', valid: false, ready: false });
    expect(add(manager, 'b', 'e')).toBe('sender-rejected');
    expect(add(manager, 'a')).toMatchObject({ signer: 'a', valid: true });
    expect(manager.metrics().find(({ name }) => name === 'multisig_signatures_rejected_total')?.value).toBe(1);
  });

  it('refuses a partial of another length before anybody verifies it', () => {
    const manager = managerOf();
    manager.openAggregation(HASH);
    expect(manager.addPartialSignature(HASH, { signer: 'a', signature: new Uint8Array(31) })).toBe('bad-length');
  });

  it('holds a bounded number of messages', () => {
    const manager = managerOf({ maxOpen: 1 });
    expect(manager.openAggregation(HASH)).toBe(true);
    expect(manager.openAggregation(OTHER)).toBe(false);
    manager.abandonAggregation(HASH);
    const bad = [new Uint8Array(0), new Uint8Array(65)];
    expect(bad.map((hash) => manager.openAggregation(hash))).toEqual([false, false]);
    expect(manager.openAggregation(OTHER)).toBe(true);
  });

  it('of one message is worth nothing for another, another purpose or another committee', () => {
    const manager = managerOf();
    const signed = (other: MultiSignatureManager, hash = HASH): string =>
      manager.bytesToSign(hash).join() === other.bytesToSign(HASH).join() ? 'same' : 'other';
    expect(signed(managerOf())).toBe('same');
    expect(signed(managerOf(), OTHER)).toBe('other');
    expect(signed(managerOf({ domain: 'test2' }))).toBe('other');
    expect(signed(managerOf({}, [1, 1, 1, 1, 2]))).toBe('other');
    expect(signed(managerOf({ threshold: 2 }))).toBe('other');
  });
});

describe('keys', () => {
  it('are one per member and one member each', () => {
    const members = new WeightTable([
      { id: 'a', weight: 1 },
      { id: 'b', weight: 1 },
    ]);
    const manager = new MultiSignatureManager({
      members,
      config: { domain: 'test', threshold: 1, publicKeyBytes: 32 },
    });
    expect(manager.registerPublicKey('stranger', keyOf('a'))).toBe('unknown-node');
    expect(manager.registerPublicKey('a', new Uint8Array(31))).toBe('bad-length');
    expect(manager.registerPublicKey('a', keyOf('a'))).toBe('registered');
    expect(manager.registerPublicKey('a', keyOf('b'))).toBe('known');
    expect(manager.registerPublicKey('b', keyOf('a'))).toBe('in-use');
  });

  it('that are added void what was being collected, since they change what is signed', () => {
    const members = new WeightTable([
      { id: 'a', weight: 1 },
      { id: 'b', weight: 1 },
    ]);
    const sizes = { signatureBytes: 32, publicKeyBytes: 32, weight: null };
    const manager = new MultiSignatureManager({ members, config: { domain: 'test', threshold: 1, ...sizes } });
    manager.registerPublicKey('a', keyOf('a'));
    const before = manager.bytesToSign(HASH);
    manager.openAggregation(HASH);
    const request = manager.addPartialSignature(HASH, partialOf(manager, 'a')) as VerificationRequest;
    manager.registerPublicKey('b', keyOf('b'));
    expect(manager.bytesToSign(HASH)).not.toEqual(before);
    manager.openAggregation(HASH);
    expect(drive(manager, request)).toMatchObject({ ready: false });
    expect(manager.finalizeAggregation(HASH)).toBeNull();
  });
});

describe('verifying', () => {
  const manager = managerOf();
  const good = aggregateOf(manager, ['a', 'b', 'c', 'd']);
  const altered = (change: Partial<AggregatedSignature>): AggregatedSignature => ({ ...good, ...change });

  it('accepts what was collected, on any node of the committee', () => {
    expect(verdict(managerOf(), good)).toBe(true);
  });

  it('asks for nothing when no cryptography is needed to see the flaw', () => {
    const [a, b, c, d] = good.partials as [never, never, never, never];
    expect(verdict(manager, altered({ committee: new Uint8Array(32) }))).toBe('other-committee');
    expect(verdict(manager, altered({ partials: [a, b, c] }))).toBe('too-light');
    expect(verdict(manager, altered({ partials: [a, b] }))).toBe('too-few');
    expect(verdict(manager, altered({ partials: [a, b, c, c] }))).toBe('not-ordered');
    expect(verdict(manager, altered({ partials: [b, a, c, d] }))).toBe('not-ordered');
    expect(verdict(manager, altered({ messageHash: new Uint8Array(0) }))).toBe('bad-hash');
    const stranger = { signer: 'z', signature: new Uint8Array(32) };
    expect(verdict(manager, altered({ partials: [a, b, c, d, stranger] }))).toBe('unknown-signer');
    const short = { signer: 'd', signature: new Uint8Array(3) };
    expect(verdict(manager, altered({ partials: [a, b, c, short] }))).toBe('bad-length');
  });

  it('weighs by its own table, not by what the aggregate claims', () => {
    const claimed = { ...good, partials: good.partials.slice(0, 3), weight: 5, totalWeight: 5 };
    expect(manager.verifyAggregatedSignature(claimed)).toBe('too-light');
  });

  it('fails with any one bad signature, wherever it stands', () => {
    for (const at of [0, 1, 2, 3]) {
      const partials = good.partials.map((p, i) => (i === at ? { ...p, signature: new Uint8Array(32) } : p));
      expect(verdict(manager, altered({ partials }))).toBe(false);
    }
    expect(verdict(manager, altered({ messageHash: OTHER }))).toBe(false);
  });

  it('says so once, with the first bad answer, and is done with it', () => {
    const asked = manager.verifyAggregatedSignature(good);
    const answers = requestsOf(asked).map(({ id }, i) => manager.answerVerification(id, i !== 1));
    expect(answers.map((answer) => answer?.valid ?? null)).toEqual([null, false, null, null]);
  });

  it('verifies a bounded number at a time', () => {
    const small = managerOf({ maxOpen: 1 });
    const asked = small.verifyAggregatedSignature(good);
    expect(small.verifyAggregatedSignature(good)).toBe('busy');
    for (const request of requestsOf(asked)) drive(small, request);
    expect(verdict(small, good)).toBe(true);
  });
});

describe('the bytes of an aggregate', () => {
  const manager = managerOf();
  const good = aggregateOf(manager, ['a', 'c', 'd', 'e']);
  const bytes = manager.encodeAggregated(good);

  it('are signatures, a bit per member, two digests and two bytes', () => {
    expect(bytes).toHaveLength(4 * 32 + 1 + 32 + 33 + 1);
    expect(manager.decodeAggregated(bytes)).toEqual(good);
  });

  it('have one reading, and anything else is refused without a throw', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (at, flip, any) => {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        const read = manager.decodeAggregated(damaged);
        if (read !== null) expect(manager.encodeAggregated(read)).toEqual(damaged);
        if (read !== null) expect(verdict(manager, read)).not.toBe(true);
        expect(manager.decodeAggregated(any)).toBeNull();
      }),
    );
    const beyond = bytes.slice();
    beyond[66]! |= 0x80; // a bit of a member that does not exist
    expect(manager.decodeAggregated(beyond)).toBeNull();
    expect(manager.decodeAggregated(new Uint8Array([...bytes, 0]))).toBeNull();
    expect(manager.decodeAggregated(bytes.slice(0, -1))).toBeNull();
  });
});

describe('what is kept and shown', () => {
  it('is restored exactly, and from nothing but its own encoding', () => {
    const manager = managerOf();
    manager.openAggregation(HASH);
    for (const signer of ['a', 'b', 'c']) add(manager, signer);
    const copy = managerOf();
    expect(copy.restore(manager.encode())).toBe(true);
    expect(copy.encode()).toEqual(manager.encode());
    expect(add(copy, 'd')).toMatchObject({ ready: true });
    const bytes = manager.encode();
    const twice = bytes.slice();
    const b = twice.lastIndexOf('b'.charCodeAt(0), bytes.length - 2 * 34 + 1);
    expect(managerOf().restore(twice)).toBe(true);
    for (const name of ['a', 'z']) {
      twice[b] = name.charCodeAt(0); // a signer twice, or one without a key
      expect(managerOf().restore(twice)).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (at, flip, any) => {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        const other = managerOf();
        if (other.restore(damaged)) expect(other.encode()).toEqual(damaged);
        expect(managerOf().restore(any)).toBe(false);
      }),
    );
  });

  it('counts under the names of the metrics', () => {
    let seconds = 0;
    const manager = managerOf({}, undefined, () => (seconds += 1));
    aggregateOf(manager, ['a', 'b', 'c', 'd']);
    expect(Object.fromEntries(manager.metrics().map(({ name, value }) => [name, value]))).toMatchObject({
      multisig_signatures_collected_total: 4,
      multisig_signatures_rejected_total: 0,
      multisig_aggregations_completed_total: 1,
      multisig_verification_duration_seconds: { count: 4, sum: 4 },
      multisig_aggregation_duration_seconds: { count: 1, sum: 9 },
    });
  });

  it.each([{ threshold: 0 }, { threshold: 6 }, { domain: '' }, { weight: { numerator: 3, denominator: 3 } }])(
    'is refused with the configuration %o',
    (config) => {
      expect(() => managerOf(config)).toThrow(RangeError);
    },
  );
});

describe('ML-DSA-87', () => {
  it('is collected, carried and verified: 3 of 4 are three signatures of 4,627 bytes and little more', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const keys = new Map(ids.map((id) => [id, newMlDsaKey()]));
    const members = new WeightTable(ids.map((id) => ({ id, weight: 25 })));
    const node = (): MultiSignatureManager => {
      const manager = new MultiSignatureManager({ members, config: { domain: 'blocks', threshold: 3 } });
      for (const [id, { publicKey }] of keys) expect(manager.registerPublicKey(id, publicKey)).toBe('registered');
      return manager;
    };
    const [collector, reader] = [node(), node()];
    collector.openAggregation(HASH);
    for (const signer of ['a', 'b', 'd']) {
      const signature = await keys.get(signer)!.sign(collector.bytesToSign(HASH));
      const request = collector.addPartialSignature(HASH, { signer, signature }) as VerificationRequest;
      collector.answerVerification(request.id, await verifyMlDsa(request));
    }
    const bytes = collector.encodeAggregated(collector.finalizeAggregation(HASH)!);
    expect(bytes).toHaveLength(3 * ML_DSA_87.signatureBytes + 67);
    const asked = reader.verifyAggregatedSignature(reader.decodeAggregated(bytes)!);
    const outcomes: unknown[] = [];
    for (const request of requestsOf(asked))
      outcomes.push(reader.answerVerification(request.id, await verifyMlDsa(request)));
    expect(outcomes.at(-1)).toMatchObject({ kind: 'aggregate', valid: true });
  });
});
