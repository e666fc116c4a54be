import type { Bench } from './bench.ts';

export const DAY = 86_400_000;

/** Where the present version of a role lies. */
export const current = (bench: Bench, role: string): string =>
  role === 'timestamp' ? 'metadata/timestamp.json' : `metadata/${bench.vendor.repository.versions[role]}.${role}.json`;

export const take = (bench: Bench, path: string): Uint8Array =>
  bench.vendor.repository.files.get(path) ?? new Uint8Array();

/** All files as they are now, to be served again later. */
export const remember = (bench: Bench): Map<string, Uint8Array> => new Map(bench.vendor.repository.files);

export function serveAgain(bench: Bench, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) bench.vendor.repository.files.set(path, bytes);
}

/** So many days later, so that nothing is refused for having the same time. */
export function later(bench: Bench, days = 0.1): void {
  bench.vendor.repository.now += days * DAY;
  bench.clock.set(bench.vendor.repository.now);
}
