import type { FileSystem } from '@hypersync/store';

/** Thrown in place of the process's death: nothing after it reaches the disk. */
export class Killed extends Error {
  constructor(operation: string) {
    super(`killed at ${operation}`);
    this.name = 'Killed';
  }
}

/**
 * `kill`: the process dies before the operation. `torn`: it dies in the middle of writing a file. A system's error code:
 * the operation fails with it, `for-good` also everything like it from then on (a disk that stays full, or stays broken).
 */
export interface DiskFault {
  /** Number of the operation, from 0, among those that `counts` selects. */
  readonly at: number;
  readonly kind: 'kill' | 'torn' | 'ENOSPC' | 'EIO' | 'EROFS' | 'EMFILE';
  readonly lasting?: 'once' | 'for-good';
}

type Operation = keyof FileSystem;

const CHANGES: ReadonlySet<Operation> = new Set([
  'makeDirectory',
  'writeFile',
  'makeLink',
  'rename',
  'remove',
  'removeDirectory',
  'changeMode',
  'sync',
]);
/** What a full disk refuses; removing and renaming work. */
const NEEDS_SPACE: ReadonlySet<Operation> = new Set(['makeDirectory', 'writeFile', 'makeLink']);

export interface FaultyDisk extends FileSystem {
  /** Every operation that counted, as `name path`. */
  readonly log: readonly string[];
  /** Whether the fault was reached. */
  readonly fired: boolean;
}

/**
 * A file system that counts its operations and fails at one of them. Counted is what the fault can hit: changes for kills
 * and a read-only disk (a kill before a read leaves what the kill before the next change leaves), what needs space for
 * ENOSPC, everything for the others.
 */
export function faultyDisk(
  inner: FileSystem,
  fault: DiskFault | null,
  onKill?: (operation: string) => void,
): FaultyDisk {
  const log: string[] = [];
  let fired = false;
  const killing = fault === null || fault.kind === 'kill' || fault.kind === 'torn';
  const counts = (operation: Operation): boolean => {
    if (fault?.kind === 'ENOSPC') return NEEDS_SPACE.has(operation);
    return killing || fault.kind === 'EROFS' ? CHANGES.has(operation) : true;
  };
  const die = (what: string): never => {
    onKill?.(what);
    throw new Killed(what);
  };

  /** Whether the next operation fails. Counts it. */
  const judge = (operation: Operation, what: string): boolean => {
    if (fired && killing) throw new Killed(what);
    if (!counts(operation)) return false;
    const now = !fired && log.length === fault?.at;
    log.push(what);
    if (now) fired = true;
    return now || (fired && fault?.lasting === 'for-good');
  };
  /** `half` is what a write leaves that ends in the middle. */
  const pass = (operation: Operation, path: string, perform: () => unknown, half?: () => void): unknown => {
    const what = `${operation} ${path}`;
    if (!judge(operation, what) || fault === null) return perform();
    if (fault.kind === 'torn' || fault.kind === 'ENOSPC') half?.();
    if (fault.kind === 'kill' || fault.kind === 'torn') return die(what);
    throw Object.assign(new Error(`${fault.kind}: injected, ${what}`), { code: fault.kind });
  };

  // One operation per path, so that a fault can hit between any two that were asked for together.
  const flushes = new LateFlushes((path) => pass('sync', path, () => inner.sync([path])) as Promise<void>);
  const disk: FileSystem = {
    stat: (path) => pass('stat', path, () => inner.stat(path)) as ReturnType<FileSystem['stat']>,
    readDirectory: (path) => pass('readDirectory', path, () => inner.readDirectory(path)) as readonly string[],
    readFile: (path, max) => pass('readFile', path, () => inner.readFile(path, max)) as Uint8Array,
    readLink: (path) => pass('readLink', path, () => inner.readLink(path)) as string,
    freeBytes: (path) => pass('freeBytes', path, () => inner.freeBytes(path)) as number,
    makeDirectory: (path, mode) => void pass('makeDirectory', path, () => inner.makeDirectory(path, mode)),
    writeFile: (path, bytes, mode) =>
      void pass(
        'writeFile',
        path,
        () => inner.writeFile(path, bytes, mode),
        () => inner.writeFile(path, bytes.subarray(0, bytes.length >> 1), mode),
      ),
    makeLink: (target, path) => void pass('makeLink', path, () => inner.makeLink(target, path)),
    rename: (from, to) => void pass('rename', to, () => inner.rename(from, to)),
    remove: (path) => void pass('remove', path, () => inner.remove(path)),
    removeDirectory: (path) => void pass('removeDirectory', path, () => inner.removeDirectory(path)),
    changeMode: (path, mode) => void pass('changeMode', path, () => inner.changeMode(path, mode)),
    sync: (paths) => flushes.ask(paths),
  };
  return Object.defineProperties(disk, {
    log: { get: () => log },
    fired: { get: () => fired },
  }) as FaultyDisk;
}

/**
 * A disk flushes when it likes. This one does it as late as it can: one path at a time, whatever was asked for last comes
 * first, and nothing before the program has nothing else to do. So a barrier that was asked for but not waited for is not
 * there. The order depends on the program alone, hence every run has the same operations.
 */
class LateFlushes {
  readonly #flush: (path: string) => Promise<void>;
  readonly #asked: { readonly paths: string[]; readonly settle: PromiseWithResolvers<void>; failure: unknown }[] = [];
  #running = false;

  constructor(flush: (path: string) => Promise<void>) {
    this.#flush = flush;
  }

  ask(paths: readonly string[]): Promise<void> {
    const settle = Promise.withResolvers<void>();
    this.#asked.push({ paths: [...paths], settle, failure: undefined });
    if (!this.#running) void this.#run();
    return settle.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let last = await this.#next(); last !== undefined; last = await this.#next()) {
      const path = last.paths.shift();
      try {
        if (path !== undefined) await this.#flush(path);
      } catch (thrown) {
        last.failure ??= thrown;
      }
      if (last.paths.length > 0) continue;
      this.#asked.splice(this.#asked.indexOf(last), 1);
      if (last.failure === undefined) last.settle.resolve();
      else last.settle.reject(last.failure);
    }
    this.#running = false;
  }

  async #next() {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#asked.at(-1);
  }
}
