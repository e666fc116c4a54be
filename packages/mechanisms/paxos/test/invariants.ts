import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { compareBallots, sameBallot, type Ballot } from '../src/ballot.ts';
import type { Entry } from '../src/entry.ts';
import { Paxos } from '../src/paxos.ts';

function paxosOf(node: NodeView): Paxos | null {
  return node.mechanism instanceof Paxos ? node.mechanism : null;
}

function text({ n, pid }: Ballot): string {
  return `${n}.${pid}`;
}

function sameEntry(a: Entry, b: Entry): boolean {
  return a.kind === b.kind && a.proposer === b.proposer && a.boot === b.boot && a.serial === b.serial;
}

/** An acceptor's promise never falls while it lives, and it accepts nothing above its promise. */
function promiseMonotone(): Invariant {
  return {
    name: 'promises are kept',
    start() {
      const last = new Map<string, Ballot>();
      return (_nodes, changed) => {
        const paxos = paxosOf(changed);
        if (paxos === null) return null;
        const { promise, accepted } = paxos.acceptor();
        const place = `${changed.id}/${changed.incarnation}`;
        const before = last.get(place);
        last.set(place, promise);
        if (before !== undefined && compareBallots(promise, before) < 0)
          return `${changed.id} promised ${text(before)} and then ${text(promise)}`;
        return compareBallots(accepted, promise) > 0
          ? `${changed.id} accepted in ${text(accepted)} with promise ${text(promise)}`
          : null;
      };
    },
  };
}

/** Logs accepted in one ballot are prefixes of one another. */
function oneLogPerBallot(depth = 12): Invariant {
  return {
    name: 'one log per ballot',
    start: () => (nodes, changed) => {
      const mine = paxosOf(changed);
      if (mine === null) return null;
      const { accepted, length } = mine.acceptor();
      for (const node of nodes) {
        const theirs = node.id === changed.id ? null : paxosOf(node);
        if (theirs === null || !sameBallot(theirs.acceptor().accepted, accepted)) continue;
        const last = Math.min(length, theirs.acceptor().length);
        for (let i = last; i > Math.max(0, last - depth); i--) {
          const [a, b] = [mine.entryAt(i), theirs.entryAt(i)];
          if (a !== undefined && b !== undefined && !sameEntry(a, b))
            return `${changed.id} and ${node.id} accepted different entries at ${i} in ballot ${text(accepted)}`;
        }
      }
      return null;
    },
  };
}

/** A leader that has finished its prepare phase holds everything that lower ballots decided; and no index is decided twice. */
export function decidedSurvives(): Invariant {
  return {
    name: 'what was decided survives',
    start() {
      /** With a ballot in which it was decided. */
      const decidedEntries = new Map<number, Entry & { readonly ballot: Ballot }>();
      const reached = new Map<string, number>();
      const reigns = new Set<string>();
      return (_nodes, changed) => {
        const paxos = paxosOf(changed);
        if (paxos === null) return null;
        const { decided, promise, accepted } = paxos.acceptor();
        const place = `${changed.id}/${changed.incarnation}`;
        for (let i = (reached.get(place) ?? 0) + 1; i <= decided; i++) {
          const entry = paxos.entryAt(i);
          const known = decidedEntries.get(i);
          if (entry !== undefined && known !== undefined && !sameEntry(entry, known))
            return `${changed.id} decided another entry at ${i}`;
          if (entry !== undefined && known === undefined) decidedEntries.set(i, { ...entry, ballot: accepted });
        }
        reached.set(place, decided);
        const reign = `${place}/${text(promise)}`;
        if (changed.status?.detail['phase'] !== 'accept' || reigns.has(reign)) return null;
        reigns.add(reign);
        const { length } = paxos.acceptor();
        for (const [i, entry] of decidedEntries) {
          if (compareBallots(entry.ballot, promise) >= 0) continue;
          const held = paxos.entryAt(i);
          if (i > length || (held !== undefined && !sameEntry(held, entry)))
            return `${changed.id} leads ballot ${text(promise)} without the entry decided at ${i}`;
        }
        return null;
      };
    },
  };
}

/** The stop-sign is the last entry of every log that holds it. */
function nothingAfterStop(): Invariant {
  return {
    name: 'nothing after the stop-sign',
    start: () => (_nodes, changed) => {
      const paxos = paxosOf(changed);
      if (paxos === null) return null;
      const { length } = paxos.acceptor();
      for (let i = length - 1; i > Math.max(0, length - 6); i--)
        if (paxos.entryAt(i)?.kind === 'stop') return `${changed.id} has a stop-sign at ${i} and ${length} entries`;
      return null;
    },
  };
}

/** No client operation is decided twice: retries are recognised by whoever leads. */
export function noOperationTwice(): Invariant {
  return {
    name: 'no operation twice',
    start() {
      const places = new Map<string, number>();
      const reached = new Map<string, number>();
      return (_nodes, changed) => {
        const paxos = paxosOf(changed);
        if (paxos === null) return null;
        const { decided } = paxos.acceptor();
        const incarnation = `${changed.id}/${changed.incarnation}`;
        for (let i = (reached.get(incarnation) ?? 0) + 1; i <= decided; i++) {
          const entry = paxos.entryAt(i);
          if (entry === undefined || entry.session === 0) continue;
          const name = `${entry.session}/${entry.sequence}`;
          const place = places.get(name) ?? i;
          if (place !== i) return `${changed.id} decided ${name} at ${i}, and it was decided at ${place}`;
          places.set(name, i);
        }
        reached.set(incarnation, decided);
        return null;
      };
    },
  };
}

/** What must be true of acceptors at any moment: promises are kept, one log per ballot, and nothing after its stop-sign. */
export function acceptorRules(): Invariant {
  return {
    name: 'acceptors keep the rules',
    start() {
      const checks = [promiseMonotone(), oneLogPerBallot(), nothingAfterStop()].map((rule) => rule.start());
      return (nodes, changed) => {
        for (const check of checks) {
          const problem = check(nodes, changed);
          if (problem !== null) return problem;
        }
        return null;
      };
    },
  };
}
