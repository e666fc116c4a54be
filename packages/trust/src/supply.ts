import { HyperSyncError, isHyperSyncError } from '@hypersync/base';
import type { MetadataSource, MetadataStore } from './metadata-store.ts';
import type { NextRoot } from './root-chain.ts';
import { isListed, maxBytesOf, type Listing } from './tuf-documents.ts';

/** A file that a verified role lists. */
export interface ListedFile {
  /** Name in the store and in a generation. */
  readonly flat: string;
  /** Name in the repository. */
  readonly path: string;
  readonly listing: Listing;
  readonly maxBytes: number;
}

/** Where a catalog's bytes come from. What it returns is as listed, but not yet signed for: the caller checks, then keeps. */
export interface Supply {
  readonly nextRoot: NextRoot;
  /** A root from before the anchor, unjudged; null where there is none. */
  earlierRoot(version: number): Promise<Uint8Array | null>;
  /** The current timestamp as offered, unlisted by nature. */
  timestamp(): Promise<Uint8Array>;
  listed(file: ListedFile): Promise<Uint8Array>;
  keep(flat: string, bytes: Uint8Array): Promise<void>;
}

const TIMESTAMP = 'metadata/timestamp.json';

/** Store first where a digest or the root chain vouches for it, then the source. A damaged stored file counts as absent (T32). */
export function liveSupply(source: MetadataSource, store: MetadataStore): Supply {
  const askTimestamp = (): Promise<Uint8Array | null> => fetchBounded(source, TIMESTAMP, maxBytesOf('timestamp'));
  let early: Promise<Uint8Array | null> | null = null;
  return {
    nextRoot: async (version, judge) => {
      const flat = `${version}.root.json`;
      const stored = await store.read(flat);
      if (stored !== null && accepts(judge, stored)) return stored;
      // Mostly there is no next root. So the timestamp is asked for in the same moment, which saves a round trip; whoever
      // waits for it is told of a failure, and it is judged by the keys of the last root in any case.
      const asked = fetchBounded(source, `metadata/${flat}`, maxBytesOf('root'));
      early = askTimestamp();
      early.catch(() => {});
      const fetched = await asked;
      if (fetched === null) return null;
      // Under another root, what was offered before it may be out of date.
      early = null;
      judge(fetched);
      await store.write(flat, fetched);
      return fetched;
    },
    earlierRoot: async (version) => {
      const flat = `${version}.root.json`;
      return (await store.read(flat)) ?? fetchBounded(source, `metadata/${flat}`, maxBytesOf('root'));
    },
    timestamp: async () => (await (early ?? askTimestamp())) ?? missing(TIMESTAMP),
    listed: async (file) => {
      const stored = await store.read(file.flat);
      if (stored !== null && isListed(stored, file.listing)) return stored;
      checkLimit(file);
      const fetched = (await fetchBounded(source, file.path, file.listing.length)) ?? missing(file.path);
      return asListed(file, fetched);
    },
    keep: async (flat, bytes) => {
      const stored = await store.read(flat);
      if (stored === null || Buffer.compare(stored, bytes) !== 0) await store.write(flat, bytes);
    },
  };
}

/** Files of a generation: all there and as listed, or refused. */
export function keptSupply(files: ReadonlyMap<string, Uint8Array>): Supply {
  const kept = (flat: string): Uint8Array => {
    const bytes = files.get(flat);
    if (bytes === undefined) throw new HyperSyncError('HS-1210', `The kept trust metadata has no ${flat}.`);
    return bytes;
  };
  return {
    nextRoot: async (version) => files.get(`${version}.root.json`) ?? null,
    earlierRoot: async (version) => files.get(`${version}.root.json`) ?? null,
    timestamp: async () => kept('timestamp.json'),
    listed: async (file) => asListed(file, kept(file.flat)),
    keep: async () => {},
  };
}

function accepts(judge: (bytes: Uint8Array) => void, bytes: Uint8Array): boolean {
  try {
    judge(bytes);
    return true;
  } catch {
    return false;
  }
}

function asListed(file: ListedFile, bytes: Uint8Array): Uint8Array {
  if (isListed(bytes, file.listing)) return bytes;
  throw new HyperSyncError('HS-1208', `${file.path} is not the file that the signed metadata lists.`, {
    details: {
      path: file.path,
      expectedLength: file.listing.length,
      length: bytes.length,
      expected: file.listing.sha512,
    },
  });
}

function checkLimit(file: ListedFile): void {
  if (file.listing.length <= file.maxBytes) return;
  throw new HyperSyncError(
    'HS-1220',
    `${file.path} is listed with ${file.listing.length} bytes, more than ${file.maxBytes}.`,
  );
}

/** Attack T24: the source stops at the limit; one that does not is caught here. */
async function fetchBounded(source: MetadataSource, path: string, maxBytes: number): Promise<Uint8Array | null> {
  let bytes: Uint8Array | null;
  try {
    bytes = await source.fetch(path, maxBytes);
  } catch (thrown) {
    if (isHyperSyncError(thrown) && thrown.code === 'HS-1008') throw endless(path, maxBytes, thrown);
    throw thrown;
  }
  if (bytes !== null && bytes.length > maxBytes) throw endless(path, maxBytes);
  return bytes;
}

function endless(path: string, maxBytes: number, cause?: unknown): HyperSyncError {
  return new HyperSyncError('HS-1220', `${path} is longer than ${maxBytes} bytes.`, { cause });
}

function missing(path: string): never {
  throw new HyperSyncError('HS-1218', `The registry has no ${path}.`, { details: { path } });
}
