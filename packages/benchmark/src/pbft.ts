import { median, type BenchmarkRow } from './result.ts';
import { runCluster, type ClusterFigures, type ClusterRun } from './process-cluster.ts';

/** Young and old generation of a replica's heap, MiB: without a limit V8 takes as much as the machine has. */
const HEAP = ['--max-semi-space-size=4', '--max-old-space-size=96'];
const SECOND = 1000;
const MEBIBYTE = 1024 * 1024;
const ROUNDS = 3;
const MILLION = 1_000_000;
const MEMORY_LIMIT_MB = 200;
const PEER_WORDS = 'BFT-SMaRt without signatures: 3,500 to 4,200 on such a machine';

const FOUR: ClusterRun = {
  mechanism: 'pbft',
  nodes: 4,
  clients: 64,
  valueBytes: 256,
  warmUpMs: 3 * SECOND,
  durationMs: 8 * SECOND,
  execArgv: HEAP,
};
const TEN: ClusterRun = { ...FOUR, nodes: 10, clients: 20 };
const MACS = { sessionMacs: true, config: { authentication: 'channel' } } as const;

/**
 * Real processes, TCP on loopback, Ed25519 of node:crypto, clients in a closed loop beside every replica; the disk is
 * memory. Variants run in turn, so that drift of the machine hits all alike.
 */
export async function pbftRows(): Promise<readonly BenchmarkRow[]> {
  const [signed, maced] = await inTurns([FOUR, { ...FOUR, ...MACS }]);
  const [tenSigned, tenMaced] = await inTurns([TEN, { ...TEN, ...MACS }]);
  return [
    ...fourRows(signed!, maced!),
    ...tenRows(tenSigned!, tenMaced!),
    ...(await wireRows()),
    ...(await guardRows()),
    await memoryRow(),
  ];
}

/** All runs in turn, `ROUNDS` times; the figures of each run. */
async function inTurns(runs: readonly ClusterRun[]): Promise<ClusterFigures[][]> {
  const figures: ClusterFigures[][] = runs.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? [...runs.keys()] : [...runs.keys()].reverse();
    for (const place of order) figures[place]!.push(await runCluster(runs[place]!));
  }
  return figures;
}

type Pick = (figures: ClusterFigures) => number;
const PER_SECOND: Pick = ({ perSecond }) => perSecond;
const P50: Pick = ({ p50 }) => p50;
const P99: Pick = ({ p99 }) => p99;
const CPU: Pick = ({ cpuMicrosPerOperation }) => cpuMicrosPerOperation;

function row(
  what: string,
  unit: string,
  ours: number,
  budget: BenchmarkRow['budget'] = null,
  peer: BenchmarkRow['peer'] = null,
): BenchmarkRow {
  return { group: 'pbft', what, unit, ours, peer, budget };
}

/** `name` is the other variant; ratios pair by pair. */
function against(
  name: string,
  ours: readonly ClusterFigures[],
  theirs: readonly ClusterFigures[],
  pick: Pick,
): NonNullable<BenchmarkRow['peer']> {
  const ratio = median(ours.map((figures, i) => pick(figures) / pick(theirs[i]!)));
  return { name, value: median(theirs.map(pick)), ratio };
}

function fourRows(signed: readonly ClusterFigures[], maced: readonly ClusterFigures[]): BenchmarkRow[] {
  const rate = median(signed.map(PER_SECOND));
  const delay = median(signed.map(P50));
  const versus = (pick: Pick): BenchmarkRow['peer'] => against('session MACs', signed, maced, pick);
  return [
    row(
      'n=4, 256 B, every message signed',
      'op/s',
      rate,
      { words: `over 1,000, goal 10,000 (${PEER_WORDS})`, met: rate > 1000 },
      versus(PER_SECOND),
    ),
    row('n=4, 256 B, p50', 'ms', delay, { words: 'below 50', met: delay < 50 }, versus(P50)),
    row('n=4, 256 B, p99', 'ms', median(signed.map(P99)), null, versus(P99)),
    row('n=4, 256 B, CPU of all four', 'us/op', median(signed.map(CPU)), null, versus(CPU)),
  ];
}

function tenRows(signed: readonly ClusterFigures[], maced: readonly ClusterFigures[]): BenchmarkRow[] {
  const slow = median(signed.map(P99));
  const versus = (pick: Pick): BenchmarkRow['peer'] => against('session MACs', signed, maced, pick);
  return [
    row('n=10, 256 B, every message signed', 'op/s', median(signed.map(PER_SECOND)), null, versus(PER_SECOND)),
    row('n=10, 256 B, p99', 'ms', slow, { words: 'below 500', met: slow < 500 }, versus(P99)),
    row('n=10, 256 B, CPU of all ten', 'us/op', median(signed.map(CPU)), null, versus(CPU)),
  ];
}

async function wireRows(): Promise<BenchmarkRow[]> {
  const { wireBytes, payloadBytes } = await runCluster({ ...FOUR, valueBytes: 1024 });
  const overhead = (100 * (wireBytes - payloadBytes)) / payloadBytes;
  return [
    row('n=4, 1 KiB, bytes on the wire beyond the payload copies', '%', overhead, {
      words: 'below 10',
      met: overhead < 10,
    }),
  ];
}

/** The same code with a guard that lets everything pass, and with a member that says all sixteen times, badly signed. */
async function guardRows(): Promise<BenchmarkRow[]> {
  const attacked = { ...FOUR, attack: true };
  const [calm, bare, guarded, open] = await inTurns([
    FOUR,
    { ...FOUR, guard: false },
    attacked,
    { ...attacked, guard: false },
  ]);
  return [
    row('n=4, guard, no attack: CPU', 'us/op', median(calm!.map(CPU)), null, against('no guard', calm!, bare!, CPU)),
    row(
      'n=4, guard, one of four floods with bad signatures: CPU of the others',
      'us/op',
      median(guarded!.map(CPU)),
      null,
      against('no guard', guarded!, open!, CPU),
    ),
    row(
      'n=4, guard, the same: rate',
      'op/s',
      median(guarded!.map(PER_SECOND)),
      null,
      against('no guard', guarded!, open!, PER_SECOND),
    ),
  ];
}

async function memoryRow(): Promise<BenchmarkRow> {
  const figures = await runCluster({ ...FOUR, operations: MILLION, durationMs: 120 * SECOND });
  const resident = figures.rss / MEBIBYTE;
  const count = figures.operations.toLocaleString('en-US');
  return row(`n=4, resident memory of the largest replica after ${count} operations`, 'MiB', resident, {
    words: `below ${MEMORY_LIMIT_MB} after a million`,
    met: resident < MEMORY_LIMIT_MB && figures.operations >= MILLION,
  });
}
