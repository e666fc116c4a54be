import { createHash } from 'node:crypto';
import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { MerkleTree } from '../src/merkle-tree.ts';
import { compareVersions, type Row, type Version } from '../src/row.ts';
import { rootHash, rowsOf, type Tree } from '../src/search-tree.ts';
import {
  changesBetween,
  proveAbsence,
  proveConsistency,
  proveRange,
  verifyAbsence,
  verifyConsistency,
  verifyRange,
} from '../src/set-proofs.ts';

/**
 * The tree of a node at every so manieth change, and the one just before in the same life; else undefined. Looking at each would
 * take most of a run's time, and what is wrong once mostly stays so.
 */
function newTrees(
  every: number,
): (node: NodeView) => { readonly tree: Tree; readonly before: Tree | undefined } | undefined {
  const looks = new Map<string, { readonly life: number; tree: Tree; changes: number }>();
  return ({ id, incarnation: life, mechanism }) => {
    if (!(mechanism instanceof MerkleTree)) return undefined;
    const { tree } = mechanism;
    const look = looks.get(id);
    if (look?.life !== life) {
      looks.set(id, { life, tree, changes: 0 });
      return { tree, before: undefined };
    }
    const before = look.tree;
    look.tree = tree;
    return before === tree || ++look.changes % every !== 0 ? undefined : { tree, before };
  };
}

const rootOf = (tree: Tree): string => Buffer.from(rootHash(tree)).toString('hex');

/** Root equal if and only if set equal: each root is what the README says of the rows alone, computed by another program. */
export function rootIsThatOfTheSet(): Invariant {
  return {
    name: 'the root is that of the set',
    start() {
      const changed = newTrees(16);
      return (_nodes, node) => {
        const { tree } = changed(node) ?? {};
        if (tree === undefined) return null;
        const rows = [...rowsOf(tree)];
        const root = documentedRoot(rows).toString('hex');
        if (root === rootOf(tree)) return null;
        return `${node.id} has root ${rootOf(tree).slice(0, 16)} for ${rows.length} rows whose root is ${root.slice(0, 16)}`;
      };
    },
  };
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** From the README, with nothing of src: the pages of a set are found top down, by the highest level among its keys. */
function documentedRoot(rows: readonly Row[]): Buffer {
  const ordered = rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return (
    pageOf(ordered.map((row) => ({ level: documentedLevel(row.key), leaf: documentedLeaf(row) }))) ??
    sha256(Buffer.of(3))
  );
}

function pageOf(rows: readonly { readonly level: number; readonly leaf: Buffer }[]): Buffer | null {
  if (rows.length === 0) return null;
  const level = Math.max(...rows.map((row) => row.level));
  const places = [...rows.keys()].filter((i) => rows[i]!.level === level);
  const children = [...places, rows.length].map((at, i) => pageOf(rows.slice(i === 0 ? 0 : places[i - 1]! + 1, at)));
  const bits = new Uint8Array(Math.floor(places.length / 8) + 1);
  for (const [i, child] of children.entries()) if (child !== null) bits[i >> 3]! |= 1 << (i & 7);
  const body = children.flatMap((child, i) => [
    child ?? Buffer.alloc(0),
    i < places.length ? rows[places[i]!]!.leaf : Buffer.alloc(0),
  ]);
  return sha256(Buffer.of(1, level), number(places.length), bits, ...body);
}

function documentedLeaf({ key, counter, author, sequence, kind, value }: Row): Buffer {
  const content = value.length > 32 ? sha256(value) : value;
  const kinds = ['value', 'tombstone', 'collect'];
  const head = [text(key), number(counter), text(author), number(sequence), Buffer.of(kinds.indexOf(kind))];
  return sha256(Buffer.of(0), ...head, number(value.length), content);
}

function documentedLevel(key: string): number {
  const word = (value: bigint): bigint => BigInt.asUintN(32, value);
  let hash = 387n;
  for (const unit of key.split('')) hash = word((hash ^ BigInt(unit.charCodeAt(0))) * 0x01000193n);
  hash = word((hash ^ (hash >> 16n)) * 0x85ebca6bn);
  hash = word((hash ^ (hash >> 13n)) * 0xc2b2ae35n);
  return (hash ^ (hash >> 16n))
    .toString(16)
    .padStart(8, '0')
    .search(/[^0]|$/);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.of(...bytes, rest);
}

/** A row only ever gives way to a later version, and what was deleted does not come back: not while its tombstone is there, not after. */
export function nothingComesBack(): Invariant {
  return {
    name: 'nothing comes back',
    start() {
      const changed = newTrees(1);
      const latest = new Map<string, Map<string, Version>>();
      return (_nodes, node) => {
        const news = changed(node);
        if (news === undefined) return null;
        // A crash takes back what was not yet on the disk; what comes then is judged anew.
        const known = news.before === undefined ? new Map<string, Version>() : latest.get(node.id)!;
        latest.set(node.id, known);
        for (const { key, row } of changesBetween(news.before ?? null, news.tree)) {
          if (row === null) continue;
          if (row.counter > Number(node.status?.detail['clock']))
            return `${node.id} has ${key} of ${row.counter}/${row.author}, later than its own next write would be`;
          const before = known.get(key);
          if (before !== undefined && compareVersions(row, before) < 0)
            return `${node.id} has ${key} of ${row.counter}/${row.author}, and has had ${before.counter}/${before.author}`;
          known.set(key, row);
        }
        return null;
      };
    },
  };
}

/**
 * A light client that knows a node's roots can be convinced of what is there, of what is not, and that each root comes of the one
 * before without loss; and of nothing else.
 */
export function proofsAreSound(): Invariant {
  return {
    name: 'proofs convince of the truth alone',
    start() {
      const changed = newTrees(24);
      return (_nodes, node) => {
        const news = changed(node);
        if (news === undefined) return null;
        const { tree, before } = news;
        const root = rootOf(tree);
        const rows = [...rowsOf(tree)];
        const [first, last] = [rows[0], rows.at(-1)];
        if (first !== undefined && last !== undefined) {
          const whole = proveRange(tree, first.key, last.key);
          if (!verifyRange(root, first.key, last.key, rows, whole)) return `${node.id} cannot prove its own rows`;
          if (verifyRange(root, first.key, last.key, rows.slice(1), whole)) return `${node.id} can hide ${first.key}`;
          const nobody = proveAbsence(tree, `${last.key}~`)!;
          if (!verifyAbsence(root, `${last.key}~`, nobody)) return `${node.id} cannot prove what it has not`;
          for (const { key } of rows) if (verifyAbsence(root, key, nobody)) return `${node.id} can deny having ${key}`;
        }
        if (before === undefined) return null;
        const { changes, proof } = proveConsistency(before, tree);
        if (!verifyConsistency(rootOf(before), root, changes, proof))
          return `${node.id} cannot prove that its root comes of the one before by ${changes.length} changes without loss`;
        if (changes.length > 0 && verifyConsistency(rootOf(before), root, changes.slice(1), proof))
          return `${node.id} can keep a change to itself`;
        return null;
      };
    },
  };
}
