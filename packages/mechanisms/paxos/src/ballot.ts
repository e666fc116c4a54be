import type { NodeId } from '@hypersync/interface';
import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';

/** Ballots are unique and totally ordered: by number, then by the node that may lead in it. */
export interface Ballot {
  readonly n: number;
  readonly pid: NodeId;
}

/** Below every ballot that anybody leads. */
export const NO_BALLOT: Ballot = { n: 0, pid: '' };

const MAX_NUMBER = 2 ** 48;
const MAX_ID = 64;

export function compareBallots(a: Ballot, b: Ballot): number {
  if (a.n !== b.n) return a.n - b.n;
  return a.pid < b.pid ? -1 : a.pid > b.pid ? 1 : 0;
}

export function sameBallot(a: Ballot, b: Ballot): boolean {
  return a.n === b.n && a.pid === b.pid;
}

export function writeBallot(writer: ByteWriter, ballot: Ballot): void {
  writer.varint(ballot.n).string(ballot.pid);
}

export function readBallot(reader: ByteReader): Ballot {
  return { n: reader.varint(MAX_NUMBER), pid: reader.string(MAX_ID) };
}
