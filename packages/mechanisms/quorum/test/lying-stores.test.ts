import { describe, expect, test } from 'vitest';
import { ByteWriter, WeightTable } from '@hypersync/consensus-kit';
import type { Outcome } from '@hypersync/interface';
import { ATTACKERS, attacker, simulate, type AttackerName } from '@hypersync/testkit/consensus';
import { Cluster, type Letter } from '@hypersync/testkit/log-cluster';
import { quorumsOf, readSettings } from '../src/config.ts';
import plugin from '../src/index.ts';
import { decodeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { Quorum } from '../src/quorum.ts';
import type { Register } from '../src/register.ts';
import { statementOf } from '../src/signed-values.ts';

const FOUR = ['a', 'b', 'c', 'd'];
const config = { faultyStores: 1 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const write = (key: string, value: string) => ({ kind: 'write', key, value: bytes(value) }) as const;

function start(): Cluster<'register'> {
  return new Cluster(plugin, FOUR, { config });
}

function text(outcome: Outcome<'register'> | undefined): string | null | undefined {
  if (outcome?.kind !== 'values') return undefined;
  return outcome.values[0] === undefined ? null : new TextDecoder().decode(outcome.values[0]);
}

function tagAt(cluster: Cluster<'register'>, id: string): string {
  const { mechanism } = cluster.site(id);
  if (!(mechanism instanceof Quorum)) throw new TypeError('another mechanism');
  const tag = mechanism.tags().get('x');
  return tag === undefined ? 'none' : `${tag.ts}.${tag.writer}`;
}

function tell(cluster: Cluster<'register'>, from: string, to: string, message: Message): void {
  cluster.deliver({ from, to, bytes: encodeMessage(1, message), text: '' });
}

/** A register as its writer would sign it. */
function signed(cluster: Cluster<'register'>, writer: string, ts: number, value: string): Register {
  const unsigned = { tag: { ts, writer }, value: bytes(value) };
  const message = new ByteWriter().string('hypersync quorum').varint(1).bytes(statementOf('x', unsigned)).finish();
  return { ...unsigned, signature: cluster.oracle.sign(writer, message) };
}

const stores = (cluster: Cluster<'register'>, from: string, to: string, register: Register): void =>
  tell(cluster, from, to, { type: 'store', boot: 1, id: 9, key: 'x', register });

describe('a store that lies', () => {
  test('cannot make a value up, change one, or move it to another tag', () => {
    const cluster = start();
    const good = signed(cluster, 'b', 5, 'good');
    for (const lie of [
      { ...good, signature: new Uint8Array(32) },
      { ...good, value: bytes('evil') },
      { ...good, tag: { ts: 9, writer: 'b' } },
      { ...good, tag: { ts: 5, writer: 'c' } },
    ])
      stores(cluster, 'd', 'a', lie);
    expect(tagAt(cluster, 'a')).toBe('none');
    expect(cluster.site('a').mechanism.status().detail['dropped']).toBe(4);
    stores(cluster, 'd', 'a', good); // passed on as it was signed, it counts whoever brings it
    expect(tagAt(cluster, 'a')).toBe('5.b');
  });

  test('cannot hide a write by forgetting what it acknowledged', () => {
    const cluster = start();
    // d acknowledges and keeps nothing; c misses the write.
    cluster.passes = ({ to, from }) => to !== 'c' && from !== 'c';
    const written = cluster.propose('a', write('x', 'kept'));
    cluster.run(50_000);
    expect(cluster.outcome('a', written)?.kind).toBe('committed');
    cluster.crash('d');
    cluster.site('d').disk = new Map();
    cluster.start('d');
    cluster.passes = ({ to, from }) => to !== 'a' && from !== 'a';
    const read = cluster.read('c', 'x'); // b, c, d: only b still has it
    cluster.run(50_000);
    expect(text(cluster.outcome('c', read))).toBe('kept');
  });

  test('a quorum is not two of four: what one honest member and a liar say is not enough', () => {
    const cluster = start();
    cluster.partition(['a', 'd'], ['b', 'c']);
    const [one, other] = [cluster.propose('a', write('x', '1')), cluster.propose('b', write('x', '2'))];
    cluster.run(500_000);
    expect([cluster.outcome('a', one), cluster.outcome('b', other)]).toEqual([undefined, undefined]);
  });

  test('answers of a liar are no answers: the others are waited for', () => {
    const cluster = start();
    const forge = (letter: Letter): boolean => {
      const m = decodeMessage(1, letter.bytes);
      if (letter.from !== 'd' || m?.type !== 'query-reply') return true;
      const register = { tag: { ts: 77, writer: 'b' }, value: bytes('evil'), signature: new Uint8Array(32) };
      tell(cluster, 'd', letter.to, { ...m, register });
      return false;
    };
    cluster.passes = forge;
    const written = cluster.propose('a', write('x', 'v'));
    cluster.run(50_000);
    expect(cluster.outcome('a', written)).toMatchObject({ kind: 'committed', position: { ts: 1 } });
    const read = cluster.read('b', 'x');
    cluster.run(50_000);
    expect(text(cluster.outcome('b', read))).toBe('v');
  });

  test('cannot end the epoch alone; one more member that says so can', () => {
    const cluster = start();
    const frontier = {
      type: 'frontier',
      boot: 1,
      sign: { nextEpoch: 2, metadata: new Uint8Array([7]) },
      after: null,
    } as const;
    tell(cluster, 'd', 'a', frontier);
    expect(cluster.site('a').mechanism.status().detail['frozen']).toBe(false);
    tell(cluster, 'd', 'a', { ...frontier, sign: { nextEpoch: 3, metadata: new Uint8Array(0) } });
    tell(cluster, 'c', 'a', frontier);
    expect(cluster.site('a').mechanism.status().detail['frozen']).toBe(false);
    tell(cluster, 'd', 'a', frontier);
    expect(cluster.site('a').mechanism.status().detail['frozen']).toBe(true);
  });

  test('the epoch ends where two members are told, with many registers in it', () => {
    const cluster = start();
    for (let i = 0; i < 50; i++) cluster.propose('a', write(`k${i}`, 'v'));
    cluster.run(300_000);
    cluster.stop('a');
    cluster.stop('b');
    cluster.run(8_000_000);
    for (const id of FOUR) {
      expect(cluster.site(id).sealed?.sign.nextEpoch).toBe(2);
      expect(cluster.site(id).sealed?.state).toEqual(cluster.site('a').sealed?.state);
    }
  });

  test('two writes of one node at once still get two tags', () => {
    const cluster = start();
    const tickets = ['1', '2', '3'].map((value) => cluster.propose('a', write('x', value)));
    cluster.run(50_000);
    const tags = tickets.map((ticket) => {
      const outcome = cluster.outcome('a', ticket);
      return outcome?.kind === 'committed' ? outcome.position.ts : 0;
    });
    expect(new Set(tags).size).toBe(3);
  });

  test('writers that do not ask for room fill a replica up to a limit', () => {
    const cluster = new Cluster(plugin, FOUR, { config: { ...config, maxKeys: 2 } });
    for (let i = 0; i < 20; i++) {
      const unsigned = { tag: { ts: 1, writer: 'd' }, value: bytes('junk') };
      const statement = new ByteWriter()
        .string('hypersync quorum')
        .varint(1)
        .bytes(statementOf(`k${i}`, unsigned));
      const register = { ...unsigned, signature: cluster.oracle.sign('d', statement.finish()) };
      tell(cluster, 'd', 'a', { type: 'store', boot: 1, id: i, key: `k${i}`, register });
    }
    expect(cluster.site('a').mechanism.status().detail['keys']).toBe(8);
  });
});

describe('dissemination quorums (Malkhi, Reiter 1998)', () => {
  test.each([
    [[1, 1, 1, 1], 1],
    [[1, 1, 1, 1, 1], 1],
    [[2, 1, 1, 1, 1, 1], 1],
    [[1, 1, 1, 1, 1, 1, 1], 2],
  ])('of weights %j with %i that lie: a correct member is in every overlap, and in every seal', (weights, f) => {
    const members = weights.map((weight, i) => ({ id: `n${i}`, weight }));
    const table = new WeightTable(members);
    const quorums = quorumsOf(table, readSettings({ faultyStores: f }));
    const heaviest = weights.toSorted((x, y) => y - x).slice(0, f);
    const lying = heaviest.reduce((sum, weight) => sum + weight, 0);
    const subsets = Array.from({ length: 2 ** weights.length }, (_, bits) =>
      table.ids.filter((_id, i) => (bits >> i) & 1),
    );
    const read = subsets.filter((set) => quorums.isRead(set));
    const ends = subsets.filter((set) => quorums.isSeal(set));
    for (const quorum of read) {
      for (const other of [...read, ...ends]) {
        const common = quorum.filter((id) => other.includes(id));
        expect(table.tally(common)).toBeGreaterThan(lying);
      }
    }
    const correct = table.ids.filter((id) => !table.ids.slice(0, f).includes(id));
    expect([quorums.isRead(correct), quorums.isWrite(correct), quorums.isSeal(correct)]).toEqual([true, true, true]);
  });

  test('configurations that cannot be live, or contradict themselves, are refused', () => {
    const keys = (wrong: Record<string, number>, nodes: number) =>
      plugin.validateConfig(wrong, nodes).map((problem) => problem.key);
    expect(keys({ faultyStores: 1 }, 3)).toEqual(['faultyStores']);
    expect(keys({ faultyStores: 2 }, 6)).toEqual(['faultyStores']);
    expect(keys({ faultyStores: 1, readPercent: 60 }, 4)).toEqual(['faultyStores']);
    expect(keys({ faultyStores: 1 }, 4)).toEqual([]);
    expect(keys({ faultyStores: 2 }, 7)).toEqual([]);
  });
});

/** Answers and passes on registers with other values and larger tags; signs nothing that is not true. */
const forging = attacker('forging', ({ random }) => ({
  effects: (effects) => ({
    ...effects,
    send: effects.send.map((send) => {
      const m = decodeMessage(1, send.bytes);
      if (m === null || !('register' in m) || random.chance(1, 2)) return send;
      const { tag, signature } = m.register;
      const lie = { tag: { ts: tag.ts + random.nextInt(3), writer: 'n1' }, value: bytes('evil'), signature };
      return { ...send, bytes: encodeMessage(1, { ...m, register: lie }) };
    }),
  }),
}));

describe('in simulation', () => {
  const honestWriters: readonly AttackerName[] = [
    'silent',
    'delaying',
    'selective',
    'replaying',
    'withholding',
    'garbage',
  ];
  test.each([...honestWriters.map((name) => ATTACKERS[name]), forging].map((one) => [one.name, one] as const))(
    'registers stay atomic with one member that is %s',
    (_name, one) => {
      for (const seed of [1, 2]) {
        const report = simulate({
          plugin,
          nodes: 4,
          seed,
          config: { ...config, retransmitMs: 20 },
          attackers: [one],
          duration: 2_000_000,
        });
        expect(report.acknowledged).toBeGreaterThan(10);
      }
    },
  );
});
