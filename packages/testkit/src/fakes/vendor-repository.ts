import { canonicalJsonBytes, sha512Hex, toUtf8 } from '@hypersync/base';
import { MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { Delegations } from '@tufjs/models/dist/delegations.js';
import { DelegatedRole, Role } from '@tufjs/models/dist/role.js';
import { fakeTufKey, type FakeTufKey } from './vendor-keys.ts';

/** A role's document, open to every change: hostile tests write into it what no type allows. */
// oxlint-disable-next-line typescript/no-explicit-any
export type SignedJson = Record<string, any>;

/** Changes to one publication. Role names: `root`, `timestamp`, `snapshot`, `targets`, `tier-<slug>`. */
export interface RepositoryEdit {
  /** Changes a role's `signed` part before it is signed (so the signatures are good). */
  readonly signed?: Readonly<Record<string, (signed: SignedJson) => void>>;
  /** Changes the whole document after signing (so the signatures may be bad), before it is listed. */
  readonly document?: Readonly<Record<string, (document: SignedJson) => void>>;
  /** Keys that sign instead of the role's own. */
  readonly signers?: Readonly<Record<string, readonly FakeTufKey[]>>;
  /** Replaces a role's bytes after everything is listed and signed (so the listing is bad). */
  readonly served?: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | null>>;
}

export interface RepositoryContent {
  /** Targets of the role `targets`, by path. */
  readonly top: ReadonlyMap<string, Uint8Array>;
  /** Targets of each tier role, by slug, then by path. */
  readonly tiers: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
}

const SPEC = '1.0.31';
const DAY = 86_400_000;

/** A TUF repository in memory (formats.md 2). Lifetimes in days. */
export class FakeRepository {
  /** Repository path to bytes: what a registry would serve. Tests may write into it. */
  readonly files = new Map<string, Uint8Array>();
  /** Keys in force, by role. Change, then `rotateRoot`. */
  readonly keys: Record<string, FakeTufKey[]> = {
    root: [fakeTufKey(), fakeTufKey(), fakeTufKey()],
    targets: [fakeTufKey(), fakeTufKey()],
    snapshot: [fakeTufKey()],
    timestamp: [fakeTufKey()],
  };
  readonly thresholds: Record<string, number> = { root: 2, targets: 2, snapshot: 1, timestamp: 1 };
  readonly versions: Record<string, number> = {};
  readonly lifetimes: Record<string, number> = { root: 365, targets: 90, snapshot: 30, timestamp: 1 };
  /** Time of the next publication, milliseconds. */
  now: number;
  #root: readonly FakeTufKey[] = [];

  constructor(now: number) {
    this.now = now;
    this.rotateRoot();
  }

  /** Writes the next root, signed by the keys before and the keys now. Returns its version. */
  rotateRoot(edit: RepositoryEdit = {}): number {
    const root = new Root({
      specVersion: SPEC,
      version: this.#next('root'),
      expires: this.#expires('root'),
      consistentSnapshot: true,
    });
    for (const name of ['root', 'targets', 'snapshot', 'timestamp']) {
      const keys = this.keys[name] ?? [];
      root.roles[name] = new Role({ keyIDs: keys.map(({ key }) => key.keyID), threshold: this.thresholds[name] ?? 1 });
      for (const { key } of keys) root.keys[key.keyID] = key;
    }
    const signers = [...new Set([...this.#root, ...(this.keys['root'] ?? [])])];
    const bytes = this.#sign('root', root.toJSON(), signers, edit);
    this.#root = [...(this.keys['root'] ?? [])];
    const version = this.versions['root'] ?? 1;
    this.#serve('root', `metadata/${version}.root.json`, bytes, edit);
    return version;
  }

  /** Writes new versions of all roles but root. */
  publish(content: RepositoryContent, edit: RepositoryEdit = {}): void {
    const meta: Record<string, MetaFile> = {};
    for (const [slug, targets] of content.tiers) {
      const role = `tier-${slug}`;
      this.keys[role] ??= [fakeTufKey()];
      meta[`${role}.json`] = this.#targets(role, targets, undefined, edit);
    }
    meta['targets.json'] = this.#targets('targets', content.top, this.#delegations([...content.tiers.keys()]), edit);
    const snapshot = new Snapshot({
      specVersion: SPEC,
      version: this.#next('snapshot'),
      expires: this.#expires('snapshot'),
      meta,
    });
    const snapshotMeta = this.#write('snapshot', snapshot.toJSON(), edit);
    this.publishTimestamp(snapshotMeta, edit);
  }

  publishTimestamp(snapshotMeta: MetaFile, edit: RepositoryEdit = {}): void {
    const timestamp = new Timestamp({
      specVersion: SPEC,
      version: this.#next('timestamp'),
      expires: this.#expires('timestamp'),
      snapshotMeta,
      unrecognizedFields: { issued: isoSeconds(this.now) },
    });
    const bytes = this.#sign('timestamp', timestamp.toJSON(), this.keys['timestamp'] ?? [], edit);
    this.#serve('timestamp', 'metadata/timestamp.json', bytes, edit);
  }

  #targets(
    role: string,
    files: ReadonlyMap<string, Uint8Array>,
    delegations: Delegations | undefined,
    edit: RepositoryEdit,
  ): MetaFile {
    const listed: Record<string, TargetFile> = {};
    for (const [path, bytes] of files) {
      const sha512 = sha512Hex(bytes);
      listed[path] = new TargetFile({ path, length: bytes.length, hashes: { sha512 } });
      const cut = path.lastIndexOf('/') + 1;
      this.files.set(`targets/${path.slice(0, cut)}${sha512}.${path.slice(cut)}`, bytes);
    }
    const common = { specVersion: SPEC, version: this.#next(role), expires: this.#expires('targets'), targets: listed };
    const targets = new Targets(delegations === undefined ? common : { ...common, delegations });
    return this.#write(role, targets.toJSON(), edit);
  }

  #delegations(slugs: readonly string[]): Delegations {
    const roles: Record<string, DelegatedRole> = {};
    const keys: Record<string, FakeTufKey['key']> = {};
    for (const slug of slugs) {
      const name = `tier-${slug}`;
      const own = this.keys[name] ?? [];
      for (const { key } of own) keys[key.keyID] = key;
      const keyIDs = own.map(({ key }) => key.keyID);
      roles[name] = new DelegatedRole({ name, keyIDs, threshold: 1, terminating: true, paths: [`${slug}/*`] });
    }
    return new Delegations({ keys, roles });
  }

  #write(role: string, signed: unknown, edit: RepositoryEdit): MetaFile {
    const bytes = this.#sign(role, signed, this.keys[role] ?? [], edit);
    const version = this.versions[role] ?? 1;
    this.#serve(role, `metadata/${version}.${role}.json`, bytes, edit);
    return new MetaFile({ version, length: bytes.length, hashes: { sha512: sha512Hex(bytes) } });
  }

  #sign(role: string, signedPart: unknown, own: readonly FakeTufKey[], edit: RepositoryEdit): Uint8Array {
    const signed = structuredClone(signedPart) as SignedJson;
    edit.signed?.[role]?.(signed);
    const bytes = canonicalJsonBytes(signed);
    const signatures = (edit.signers?.[role] ?? own).map((own) => ({ keyid: own.key.keyID, sig: own.sign(bytes) }));
    const document: SignedJson = { signatures, signed };
    edit.document?.[role]?.(document);
    return toUtf8(JSON.stringify(document));
  }

  #serve(role: string, path: string, bytes: Uint8Array, edit: RepositoryEdit): void {
    const served = edit.served?.[role] === undefined ? bytes : edit.served[role](bytes);
    if (served === null) this.files.delete(path);
    else this.files.set(path, served);
  }

  #next(role: string): number {
    return (this.versions[role] = (this.versions[role] ?? 0) + 1);
  }

  #expires(role: string): string {
    return isoSeconds(this.now + (this.lifetimes[role] ?? 1) * DAY);
  }
}

export function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
