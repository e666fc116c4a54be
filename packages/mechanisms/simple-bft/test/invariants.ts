import type { Invariant } from '@hypersync/testkit/consensus';
import { Replica } from '../src/replica.ts';

/** Two honest nodes never finalize different blocks at one height. */
export function finalizedPrefixesAgree(): Invariant {
  return {
    name: 'finalized prefixes agree',
    start() {
      const finalized = new Map<number, string>();
      return (_nodes, changed) => {
        const { finalizedHeight: height, finalizedHash: hash } = changed.status?.detail ?? {};
        if (typeof height !== 'number' || typeof hash !== 'string') return null;
        const known = finalized.get(height);
        if (known !== undefined && known !== hash) return `${changed.id} finalized another block at height ${height}`;
        finalized.set(height, hash);
        return null;
      };
    },
  };
}

/** No honest node ever votes both to finalize a height and to skip it, restarts included. */
export function noFinalizeAndSkip(): Invariant {
  return {
    name: 'no height is both finalized and skipped by one node',
    start() {
      const said = new Map<string, { finalize: boolean; dummy: boolean }>();
      return (_nodes, changed) => {
        if (!(changed.mechanism instanceof Replica)) return null;
        for (const { height, vote } of changed.mechanism.ownVotes()) {
          const key = `${changed.id}/${height}`;
          const before = said.get(key) ?? { finalize: false, dummy: false };
          const now = { finalize: before.finalize || vote === 'finalize', dummy: before.dummy || vote === 'dummy' };
          if (now.finalize && now.dummy) return `${changed.id} both finalized and skipped height ${height}`;
          said.set(key, now);
        }
        return null;
      };
    },
  };
}

/** Two thirds and two thirds share an honest node, which votes for one block per height: at most one is notarized. */
export function oneNotarizedBlockPerHeight(): Invariant {
  return {
    name: 'one notarized block per height',
    start() {
      const blocks = new Map<number, string>();
      return (_nodes, changed) => {
        if (!(changed.mechanism instanceof Replica)) return null;
        for (const { height, key } of changed.mechanism.notarized()) {
          const known = blocks.get(height);
          if (known !== undefined && known !== key) return `two blocks are notarized at height ${height}`;
          blocks.set(height, key);
        }
        return null;
      };
    },
  };
}
