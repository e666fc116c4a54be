import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../src/codec.ts';
import { Compaction } from '../src/operations/compaction.ts';
import { readCompaction, writeCompaction, type CompactionMessage } from '../src/operations/compaction-messages.ts';
import { Ledger } from '../src/operations/ledger.ts';
import { PARTITION, type Snapshot } from '../src/operations/snapshot.ts';
import { WeightTable } from '../src/weights.ts';

const IDS = ['n1', 'n2', 'n3', 'n4'];
const table = new WeightTable(IDS.map((id) => ({ id, weight: 1 })));
const ledger = { epoch: 1 };
const PATIENCE = 1000;
type Chunk = Extract<CompactionMessage, { t: 'chunk' }>;

const compaction = (self: string): Compaction => new Compaction({ self, table, ledger, patience: PATIENCE });

/** Four partitions and a bit; `pages` says what stands in each of the first four. */
function snapshot(index: number, pages: readonly number[]): Snapshot {
  const state = new Uint8Array(4 * PARTITION);
  for (const [place, fill] of pages.entries()) state.fill(fill, place * PARTITION, (place + 1) * PARTITION);
  return { index, place: index, chain: new Uint8Array(32), ledger: new Ledger(ledger), state };
}

/** Makes it stable, as more than two thirds that claim the same would. */
function settle(one: Compaction, made: Snapshot): void {
  const statement = one.propose(made)!;
  const claim = one.signed({ signer: 'n1', payload: statement, signature: Uint8Array.of(1) })!;
  for (const [i, id] of ['n1', 'n2', 'n3'].entries()) one.claim(id, { ...claim, signature: Uint8Array.of(i) });
  expect(one.stableIndex).toBe(made.index);
}

const asSent = (message: CompactionMessage): CompactionMessage => {
  const writer = new ByteWriter();
  writeCompaction(writer, message);
  const reader = new ByteReader(writer.finish());
  const read = readCompaction(reader, table);
  expect(reader.done()).toBe(true);
  return read;
};

/** Runs a transfer to its end; `spoil` may change what travels. Returns the offsets of the pieces that came. */
function transfer(from: Compaction, to: Compaction, spoil: (piece: Chunk) => Chunk = (piece) => piece): number[] {
  const offsets: number[] = [];
  let piece = from.offer(0);
  while (piece !== null) {
    const message = asSent(spoil(piece)) as Chunk;
    if (message.bytes.length > 0) offsets.push(message.offset);
    const fetch = to.wants(message, 0) ? to.chunk('n1', message, 0) : null;
    piece = fetch === null ? null : from.answer(fetch);
  }
  return offsets;
}

describe('the transfer of a snapshot', () => {
  it('brings all partitions to one that has nothing', () => {
    const [ahead, behind] = [compaction('n1'), compaction('n4')];
    settle(ahead, snapshot(8, [1, 2, 3, 4]));
    expect(transfer(ahead, behind)).toEqual([0, 1, 2, 3, 4].map((place) => place * PARTITION));
    const { snapshot: got, stable } = behind.takeDownload()!;
    expect(Buffer.compare(got.state, snapshot(8, [1, 2, 3, 4]).state)).toBe(0);
    behind.settle(stable);
    expect(transfer(behind, compaction('n3')).length).toBe(5); // and it can pass it on
  });

  it('leaves out the partitions that the last snapshot has already', () => {
    const [ahead, behind] = [compaction('n1'), compaction('n4')];
    settle(ahead, snapshot(16, [1, 2, 9, 4]));
    settle(behind, snapshot(8, [1, 2, 3, 4]));
    const offsets = transfer(ahead, behind);
    // The first one holds the index too, and each state starts a little behind the edge of a partition.
    expect(offsets).toEqual([0, 2 * PARTITION, 3 * PARTITION]);
    expect(Buffer.compare(behind.takeDownload()!.snapshot.state, snapshot(16, [1, 2, 9, 4]).state)).toBe(0);
  });

  it('finds out at the piece who sends something else, and goes on with another peer where it stands', () => {
    const [ahead, behind] = [compaction('n1'), compaction('n4')];
    settle(ahead, snapshot(8, [1, 2, 3, 4]));
    const liar = (piece: Chunk): Chunk =>
      piece.offset === 2 * PARTITION ? { ...piece, bytes: piece.bytes.map((byte) => byte ^ 1) } : piece;
    expect(transfer(ahead, behind, liar)).toEqual([0, PARTITION, 2 * PARTITION]);
    expect(behind.isComplete).toBe(false);
    const next = behind.chunk('n2', ahead.offer(0)!, 0); // no patience is lost
    expect(next).toEqual({ t: 'fetch', index: 8, offset: 2 * PARTITION });
    let fetch = next;
    while (fetch !== null) fetch = behind.chunk('n2', ahead.answer(fetch)!, 0);
    expect(Buffer.compare(behind.takeDownload()!.snapshot.state, snapshot(8, [1, 2, 3, 4]).state)).toBe(0);
  });

  it('takes no digests that are not under the signed root, and no second source before its time', () => {
    const [ahead, behind] = [compaction('n1'), compaction('n4')];
    settle(ahead, snapshot(8, [1, 2, 3, 4]));
    const offer = ahead.offer(0)!;
    expect(behind.wants({ ...offer, partitions: offer.partitions.slice(1) }, 0)).toBe(false);
    expect(behind.wants({ ...offer, partitions: [...offer.partitions].reverse() }, 0)).toBe(false);
    expect(behind.chunk('n1', { ...offer, partitions: [] }, 0)).toBeNull();
    expect(behind.chunk('n1', offer, 0)).not.toBeNull();
    expect(behind.chunk('n2', offer, PATIENCE - 1)).toBeNull();
    expect(behind.chunk('n2', offer, PATIENCE)).not.toBeNull();
  });
});
