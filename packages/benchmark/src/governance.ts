import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  AdaptiveQuorumManager,
  ByzantineGuard,
  ForkDetector,
  MultiSignatureManager,
  WeightedVotingSystem,
  type ConflictRule,
  type VerificationRequest,
  type Vertex,
} from '@hypersync/governance';
import { growth, heapOf, secondsOf, type Sample } from './growth.ts';
import type { BenchmarkRow } from './result.ts';

/** A measured exponent is noisy; anything of the next higher order (n log n aside) lies well above. */
const SLACK = 0.3;

/** What the client's document promises of governance: how each operation grows, and what each thing holds in memory. */
export async function governanceRows(): Promise<readonly BenchmarkRow[]> {
  return [...weightRows(), ...quorumRows(), ...signatureRows(), ...forkRows(), ...guardRows()];
}

type Table = NonNullable<ReturnType<WeightedVotingSystem['weightTable']>>;

function votersOf(n: number): WeightedVotingSystem {
  const system = new WeightedVotingSystem({ maxMembers: 1_000_000 });
  for (let i = 0; i < n; i++) {
    const id = idOf(i);
    system.registerNode(id, 10_000n + BigInt((i * 7919) % 90_000));
    system.updateReputation(id, (i * 104_729) % 1_000_000);
    system.updateUptime(id, 1_000_000 - ((i * 1299) % 100_000));
  }
  return system;
}

function tableOf(n: number): Table {
  const system = votersOf(n);
  system.calculateWeights();
  return system.weightTable()!;
}

/** Names are the caller's, so their bytes are not counted. */
const NAMES = Array.from({ length: 20_000 }, (_, i) => `node-${String(i).padStart(6, '0')}`);
const idOf = (i: number): string => NAMES[i]!;

function weightRows(): BenchmarkRow[] {
  const calculate = measure([500, 1000, 2000, 4000], (n) => {
    const system = votersOf(n);
    return () => system.calculateWeights();
  });
  const system = votersOf(4000);
  system.calculateWeights();
  const result = measure([500, 1000, 2000, 4000], (v) => {
    const votes = Array.from({ length: v }, (_, i) => ({ nodeId: idOf(i), choice: 'yes' as const }));
    return () => system.calculateVoteResult(votes);
  });
  return [
    ...grows('calculateWeights', 'n', 1, calculate),
    ...grows('calculateVoteResult', 'v', 1, result),
    holds('weighted voting, per node', 200, 20_000, () => {
      const voters = votersOf(20_000);
      voters.calculateWeights();
      return voters;
    }),
  ];
}

function quorumRows(): BenchmarkRow[] {
  const reported = (n: number, detections: number): AdaptiveQuorumManager => {
    const manager = new AdaptiveQuorumManager(tableOf(n), { detectionsPerMember: 1024 });
    for (let i = 0; i < detections; i++) manager.reportDetection(idOf(i % n), 'double-vote');
    return manager;
  };
  const check = measure([500, 1000, 2000, 4000], (n) => {
    const manager = reported(n, 10);
    return () => manager.checkQuorum(700_000, 5);
  });
  const evaluate = measure([500, 1000, 2000, 4000], (n) => {
    const manager = reported(n, 4 * n);
    return () => manager.evaluateThreatLevel(0);
  });
  const plain = tableOf(1000);
  const manager = new AdaptiveQuorumManager(plain, { detectionsPerMember: 1024 });
  return [
    ...grows('checkQuorum', '1', 0, check),
    ...grows('evaluateThreatLevel', 'd + n', 1, evaluate),
    holds('adaptive quorum, per detection', 150, 20_000, () => {
      for (let i = 0; i < 20_000; i++) manager.reportDetection(idOf(i % 1000), 'double-vote');
      return manager;
    }),
  ];
}

/** What comes before the key in the DER of an ML-DSA-87 public key (RFC 9881). */
const PREFIX = Buffer.from('30820a32300b060960864801650304031303820a2100', 'hex');

function signatureRows(): BenchmarkRow[] {
  const hash = new Uint8Array(32).fill(7);
  const native = generateKeyPairSync('ml-dsa-87');
  const committee = (
    s: number,
  ): { manager: MultiSignatureManager; partials: Uint8Array[]; verifying: () => boolean } => {
    const members = tableOf(s);
    const config = { domain: 'benchmark', threshold: s, signatureBytes: 4627, publicKeyBytes: 2592 };
    const manager = new MultiSignatureManager({ members, config });
    members.ids.forEach((id, i) => {
      const key = new Uint8Array(2592).fill(i % 251);
      key[0] = i >> 8;
      key[1] = i & 255;
      manager.registerPublicKey(id, key);
    });
    const signature = new Uint8Array(sign(null, hash, native.privateKey));
    const verifying = (): boolean => verify(null, hash, native.publicKey, signature);
    return { manager, partials: members.ids.map(() => signature), verifying };
  };
  /** Our part alone: all signatures are taken for good. */
  const aggregate = measure([64, 128, 256, 512], (s) => {
    const { manager, partials } = committee(s);
    return () => {
      manager.openAggregation(hash);
      partials.forEach((signature, i) => {
        const request = manager.addPartialSignature(hash, { signer: idOf(i), signature });
        manager.answerVerification((request as VerificationRequest).id, true);
      });
      if (manager.finalizeAggregation(hash) === null) throw new TypeError('not complete');
    };
  });
  const verifyAll = measure([4, 8, 16, 32], (s) => {
    const { manager, partials, verifying } = committee(s);
    const signed = partials.map((signature, i) => ({ signer: idOf(i), signature }));
    const aggregated = {
      messageHash: hash,
      committee: manager.committee(),
      partials: signed,
      weight: 0,
      totalWeight: 0,
    };
    return () => {
      const asked = manager.verifyAggregatedSignature(aggregated);
      if (typeof asked === 'string') throw new TypeError(asked);
      for (const { id } of asked.requests) manager.answerVerification(id, verifying());
    };
  });
  return [
    ...grows('aggregation, our part', 's', 1, aggregate),
    ...grows('verification of an aggregate, native ML-DSA-87 on one core', 's', 1, verifyAll),
    { ...plain('an aggregate of 3 of 4, on the wire', 'B', encodedSize(4, 3)), budget: null },
  ];
}

function encodedSize(n: number, t: number): number {
  const members = tableOf(n);
  const manager = new MultiSignatureManager({ members, config: { domain: 'benchmark', threshold: t } });
  const pairs = members.ids.map((id) => ({ id, ...generateKeyPairSync('ml-dsa-87') }));
  for (const { id, publicKey } of pairs)
    manager.registerPublicKey(id, publicKey.export({ type: 'spki', format: 'der' }).subarray(PREFIX.length));
  const hash = new Uint8Array(32).fill(9);
  manager.openAggregation(hash);
  for (const { id, privateKey } of pairs.slice(0, t)) {
    const signature = new Uint8Array(sign(null, manager.bytesToSign(hash), privateKey));
    const request = manager.addPartialSignature(hash, { signer: id, signature }) as VerificationRequest;
    const key = createPublicKey({ key: Buffer.concat([PREFIX, request.publicKey]), format: 'der', type: 'spki' });
    manager.answerVerification(request.id, verify(null, request.message, key, request.signature));
  }
  return manager.encodeAggregated(manager.finalizeAggregation(hash)!).length;
}

const ROOT: Vertex = { hash: 'root', parent: '', sequence: 0, author: 'genesis', weight: 0 };

/** Branches of so many vertices each, all on the root; the first is the canonical one. */
function forked(branches: number, length: number): ForkDetector {
  const detector = new ForkDetector({
    layout: 'chain',
    root: ROOT,
    limits: { maxBranches: 256, maxVertices: 1 << 20 },
  });
  for (let b = 0; b < branches; b++) {
    for (let i = 1; i <= length; i++) {
      const parent = i === 1 ? 'root' : `${b}/${i - 1}`;
      detector.addVertex({ hash: `${b}/${i}`, parent, sequence: i, author: idOf(b), weight: 1 });
    }
  }
  return detector;
}

function forkRows(): BenchmarkRow[] {
  // the cost of one more vertex, beside chains of several lengths: inserting that many, divided by their number
  const insert = [1000, 2000, 4000, 8000].map((length): Sample => {
    return { size: length, cost: secondsOf(() => void forked(2, length), 3, 0.05) / (2 * length) };
  });
  const resolve = measure([2 * 250, 4 * 250, 4 * 500, 8 * 500], (size) => {
    const branches = size <= 500 ? 2 : size <= 2000 ? 4 : 8;
    const detector = forked(branches, size / branches);
    return () => detector.resolveFork(1);
  });
  return [
    ...grows('detectFork: one vertex', '1', 0, insert),
    ...grows('resolveFork', 'b x l', 1, resolve),
    holds('fork detector, per active fork (two branches of four)', 2048, 2000, () => {
      const detector = new ForkDetector({ layout: 'chain', root: ROOT });
      for (let fork = 0; fork < 2000; fork++) {
        for (const side of ['a', 'b']) {
          for (let i = 1; i <= 4; i++) {
            const point = fork === 0 ? 'root' : `${fork - 1}a4`;
            const parent = i === 1 ? point : `${fork}${side}${i - 1}`;
            const vertex = {
              hash: `${fork}${side}${i}`,
              parent,
              sequence: 4 * fork + i,
              author: idOf(fork),
              weight: 1,
            };
            if (detector.addVertex(vertex).kind !== (side === 'a' ? 'extended' : 'forked'))
              throw new TypeError('no fork');
          }
        }
      }
      return detector;
    }),
  ];
}

/** Votes carry a height in their first bytes, and a value in the last. */
const conflict: ConflictRule = (a, b) => (a[0] === b[0] && a[1] === b[1] && a[2] !== b[2] ? 'double-vote' : null);

function guardRows(): BenchmarkRow[] {
  const members = tableOf(10);
  const signature = new Uint8Array(64);
  const perMessage = (isAttacked: boolean): number => {
    const guard = new ByzantineGuard({ self: idOf(0), members, epoch: 1, conflict, maxPayload: 64 });
    let now = 0;
    return secondsOf(() => {
      now += 20;
      const i = 1 + ((now / 20) % 9);
      const isBad = isAttacked && i > 7;
      const [from, height] = [idOf(i), Math.floor(now / 180)];
      if (guard.admit(now, from) === 'drop') return;
      if (isBad) guard.suspect(now, from, 'bad-signature');
      else
        guard.witness(now, from, height, { payload: Uint8Array.of(height & 255, (height >> 8) & 255, 1), signature });
    });
  };
  const [calm, attacked] = [perMessage(false), perMessage(true)];
  return [
    plain('guard, per verified message', 'us', calm * 1e6),
    plain('guard, per message while 2 of 9 peers send bad signatures only', 'us', attacked * 1e6),
  ];
}

function measure(sizes: readonly number[], prepare: (size: number) => () => unknown): Sample[] {
  return sizes.map((size) => {
    const body = prepare(size);
    return { size, cost: secondsOf(() => void body()) };
  });
}

/** The measured exponent, held against the promised one, and the time at the largest size. */
function grows(what: string, order: string, exponent: number, samples: readonly Sample[]): BenchmarkRow[] {
  const measured = growth(samples);
  const largest = samples.at(-1)!;
  return [
    {
      ...plain(`${what}: exponent of growth`, '', measured),
      budget: { words: `O(${order})`, met: measured <= exponent + SLACK },
    },
    plain(`${what}, size ${largest.size}`, 'us', largest.cost * 1e6),
  ];
}

/** Bytes each of what `build` makes so many of, held against "about" so many. */
function holds(what: string, about: number, count: number, build: () => unknown): BenchmarkRow {
  const bytes = heapOf(build) / count;
  return { ...plain(what, 'B', bytes), budget: { words: `about ${about} B`, met: bytes <= 1.25 * about } };
}

function plain(what: string, unit: string, ours: number): BenchmarkRow {
  return { group: 'governance', what, unit, ours, peer: null, budget: null };
}
