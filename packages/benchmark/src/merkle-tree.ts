import { createHash, hash } from 'node:crypto';
import type { ConsensusMechanism, Effects, Input, MechanismPlugin } from '@hypersync/interface';
import { inTurn, pairedRatio } from './paired.ts';
import { importPeer, nameOfPeer } from './peers.ts';
import { median, type BenchmarkRow } from './result.ts';

type G = 'convergent';

/** What the mechanism's package offers beside the plugin. */
interface Library {
  readonly default: MechanismPlugin<G>;
  readonly treeOf: (rows: Iterable<Row>) => Tree;
  readonly rootHash: (tree: Tree) => Uint8Array;
  proveInclusion(tree: Tree, key: string): unknown;
  verifyInclusion(root: string, row: Row, proof: unknown): boolean;
}

type Tree = { readonly tree: never } | null;

interface Row {
  readonly key: string;
  readonly counter: number;
  readonly author: string;
  readonly sequence: number;
  readonly kind: 'value';
  readonly value: Uint8Array;
}

interface PeerTree {
  getRoot(): Buffer;
  getProof(leaf: Buffer, index: number): unknown[];
  verify(proof: unknown[], leaf: Buffer, root: Buffer): boolean;
}

interface Peer {
  readonly MerkleTree: new (leaves: readonly Buffer[], hash: (data: Buffer) => Buffer) => PeerTree;
}

const PEER = nameOfPeer('merkletreejs');
const LEAVES = 100_000;
const PROOFS = 1_000;
const ROUNDS = 5;

/** Build and proofs beside merkletreejs, and what it costs to find a hundred differences among a million keys. */
export async function merkleTreeRows(): Promise<readonly BenchmarkRow[]> {
  const library = (await import(nameOf('merkle-tree'))) as Library;
  const peer = (await importPeer('merkletreejs')) as Peer;
  return [...(await buildRows(library, peer)), ...(await proofRows(library, peer)), ...differenceRows(library.default)];
}

/** By name only: this room knows no mechanism. */
function nameOf(id: string): string {
  return `@hypersync/mechanism-${id}`;
}

function makeRows(): readonly Row[] {
  return Array.from({ length: LEAVES }, (_, i) => ({
    key: `key-${String(i).padStart(6, '0')}`,
    counter: i + 1,
    author: 'a',
    sequence: i + 1,
    kind: 'value' as const,
    value: Buffer.from(`value ${i}`),
  }));
}

/** The same pairs in another order (Fisher, Yates, with the factor of Park and Miller). */
function shuffled<T>(items: readonly T[]): readonly T[] {
  const all = [...items];
  let state = 9;
  for (let i = all.length - 1; i > 0; i--) {
    state = (state * 48_271) % 2_147_483_647;
    const j = state % (i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

/** The peer takes whatever function it is given: here Node's own, as everybody calls it, and in its fastest form. */
const usual = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();
const fastest = (data: Uint8Array): Buffer => hash('sha256', data, 'buffer');

/** From pairs of key and value to the root; both hash every pair with SHA-256. */
async function buildRows({ treeOf, rootHash }: Library, { MerkleTree }: Peer): Promise<readonly BenchmarkRow[]> {
  const rows = makeRows();
  const mixed = shuffled(rows);
  const pairs = rows.map(({ key, value }) => Buffer.concat([Buffer.from(key), value]));
  const timings = await inTurn(
    [
      { name: 'in order', run: () => void rootHash(treeOf(rows)) },
      { name: 'in no order', run: () => void rootHash(treeOf(mixed)) },
      { name: 'usual', run: () => void new MerkleTree(pairs.map(usual), usual).getRoot() },
      { name: 'fastest', run: () => void new MerkleTree(pairs.map(fastest), fastest).getRoot() },
    ],
    ROUNDS,
  );
  const row = (what: string, ours: string, theirs: string, budget: boolean): BenchmarkRow => {
    const [mine, peer] = [timings.get(ours)!, timings.get(theirs)!];
    const ratio = pairedRatio(mine, peer);
    return {
      group: 'merkle-tree',
      what,
      unit: 'ms',
      ours: median(mine),
      peer: { name: PEER, value: median(peer), ratio },
      budget: budget ? { words: 'at least 3x faster', met: ratio <= 1 / 3 } : null,
    };
  };
  return [
    row('build from 100,000 pairs, SHA-256 leaves, keys in order', 'in order', 'usual', true),
    row('the same, keys in no order (ours sorts)', 'in no order', 'usual', false),
    row("the same in order, peer with Node's one-shot hash", 'in order', 'fastest', false),
  ];
}

async function proofRows(library: Library, { MerkleTree }: Peer): Promise<readonly BenchmarkRow[]> {
  const rows = makeRows();
  const tree = library.treeOf(rows);
  const root = Buffer.from(library.rootHash(tree)).toString('hex');
  const leaves = rows.map(({ value }) => fastest(value));
  const theirs = new MerkleTree(leaves, fastest);
  const theirRoot = theirs.getRoot();
  const wanted = Array.from({ length: PROOFS }, (_, i) => (i * 97) % LEAVES);
  const check = (holds: boolean): void => {
    if (!holds) throw new TypeError('a proof does not verify');
  };
  const timings = await inTurn(
    [
      {
        name: 'ours',
        run: () => {
          for (const i of wanted)
            check(library.verifyInclusion(root, rows[i]!, library.proveInclusion(tree, rows[i]!.key)));
        },
      },
      {
        name: PEER,
        run: () => {
          for (const i of wanted) check(theirs.verify(theirs.getProof(leaves[i]!, i), leaves[i]!, theirRoot));
        },
      },
    ],
    ROUNDS,
  );
  const [mine, peer] = [timings.get('ours')!, timings.get(PEER)!];
  return [
    {
      group: 'merkle-tree',
      what: `${PROOFS} proofs of inclusion, made and verified`,
      unit: 'ms',
      ours: median(mine),
      peer: { name: PEER, value: median(peer), ratio: pairedRatio(mine, peer) },
      budget: null,
    },
  ];
}

const KEYS = 1_000_000;
const PUTS_PER_STEP = 5_000;
const ROOM = { maxStateBytes: 536_870_912, maxTransferBytes: 1_073_741_824 };

/**
 * Two members with the same million keys; then one writes a hundred of them while the other hears nothing. Counted is all that
 * passes between them from the next digest until their sets are one again. Once more with a thousand.
 */
function differenceRows(plugin: MechanismPlugin<G>): readonly BenchmarkRow[] {
  const pair = new Pair(plugin);
  pair.fill();
  const few = pair.repair(100);
  const many = pair.repair(1_000);
  const row = (what: string, unit: string, ours: number, words: string, met: boolean): BenchmarkRow => ({
    group: 'merkle-tree',
    what,
    unit,
    ours,
    peer: null,
    budget: { words, met },
  });
  const growth = many.bytes / few.bytes;
  return [
    {
      ...row('bytes to repair 100 of a million', 'B', few.bytes, 'at most a fiftieth', few.bytes <= pair.bytes / 50),
      peer: { name: 'sending all', value: pair.bytes, ratio: few.bytes / pair.bytes },
    },
    row('bytes per difference, 100 of a million', 'B', few.bytes / 100, 'at most 8 KiB', few.bytes / 100 <= 8_192),
    row('bytes per difference, 1,000 of a million', 'B', many.bytes / 1_000, 'no more than with 100', growth <= 10),
    row('rounds to repair 100 of a million', 'rounds', few.rounds, 'log16 of a million + 3', few.rounds <= 8),
  ];
}

interface Letter {
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** Two members in one process, in virtual time, with a disk without delay. */
class Pair {
  readonly #plugin: MechanismPlugin<G>;
  readonly #nodes: readonly ConsensusMechanism<G>[];
  #letters: Letter[] = [];
  #now = 0;
  #ticket = 0;
  /** Of the messages that brought the million. */
  bytes = 0;

  constructor(plugin: MechanismPlugin<G>) {
    this.#plugin = plugin;
    const members = ['a', 'b'].map((id) => ({ id, weight: 1 }));
    this.#nodes = members.map(({ id: self }, i) =>
      plugin.create({ self, members, epoch: 1, seed: i + 1, now: 0, config: ROOM, applied: 0 }, new Map()),
    );
  }

  fill(): void {
    for (let at = 0; at < KEYS; at += PUTS_PER_STEP) {
      this.#put(Array.from({ length: PUTS_PER_STEP }, (_, i) => at + i));
      this.bytes += this.#letters.reduce((sum, { bytes }) => sum + bytes.length, 0);
      this.#deliver();
    }
    this.#until(() => this.#areEqual());
  }

  /** Rounds are the reader's requests, each answered once. */
  repair(differences: number): { readonly bytes: number; readonly rounds: number } {
    this.#put(Array.from({ length: differences }, (_, i) => (i * 611_953 + 17) % KEYS));
    this.#letters = []; // b hears nothing of it
    let [bytes, rounds] = [0, 0];
    this.#until(
      () => this.#areEqual(),
      (letter) => {
        bytes += letter.bytes.length;
        if (this.#plugin.describeMessage(letter.bytes).startsWith('ask')) rounds++;
      },
    );
    return { bytes, rounds };
  }

  #put(keys: readonly number[]): void {
    const inputs = keys.map((i): Input<G> => {
      const op = {
        kind: 'put',
        key: `key-${String(i).padStart(7, '0')}`,
        value: fastest(Buffer.from(`${i} ${this.#now}`)),
      };
      return { t: 'propose', ticket: ++this.#ticket, op: op as never, session: 0, sequence: 0 };
    });
    this.#step(0, inputs);
  }

  #areEqual(): boolean {
    const [a, b] = this.#nodes.map((node) => node.status().position!);
    return a!.root === b!.root && Object.values(a!.frontier).join() === Object.values(b!.frontier).join();
  }

  #until(done: () => boolean, seen: (letter: Letter) => void = () => undefined): void {
    for (let steps = 0; !done(); steps++) {
      if (steps > 10_000) throw new TypeError('the two members do not come together');
      const letter = this.#letters.shift();
      if (letter !== undefined) {
        seen(letter);
        this.#step(letter.to, [{ t: 'message', from: letter.to === 0 ? 'b' : 'a', bytes: letter.bytes }]);
        continue;
      }
      this.#now = Math.max(this.#now, Math.min(...this.#nodes.map((node) => node.nextDeadline()!)));
      for (const [i, node] of this.#nodes.entries())
        if (node.nextDeadline()! <= this.#now) this.#step(i, [{ t: 'time' }]);
    }
  }

  #deliver(): void {
    for (let letter = this.#letters.shift(); letter !== undefined; letter = this.#letters.shift())
      this.#step(letter.to, [{ t: 'message', from: letter.to === 0 ? 'b' : 'a', bytes: letter.bytes }]);
  }

  #step(index: number, inputs: readonly Input<G>[]): void {
    const node = this.#nodes[index]!;
    let effects: Effects<G> = node.step(this.#now, inputs);
    this.#absorb(index, effects);
    while (effects.persist.length > 0) {
      effects = node.step(this.#now, [{ t: 'durable', token: effects.persist.at(-1)!.token }]);
      this.#absorb(index, effects);
    }
  }

  #absorb(index: number, { send, resolve }: Effects<G>): void {
    for (const { bytes } of send) this.#letters.push({ to: 1 - index, bytes });
    const refused = resolve.find(({ outcome }) => outcome.kind !== 'committed');
    if (refused !== undefined) throw new TypeError(`a put was answered ${JSON.stringify(refused.outcome)}`);
  }
}
