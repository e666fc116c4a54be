import { fixedClock, isHyperSyncError, toUtf8 } from '@hypersync/base';
import type { FakeVendor } from '@hypersync/testkit';
import {
  memoryMetadataStore,
  openTrustedCatalog,
  type MetadataSource,
  type MetadataStore,
  type TrustAnchor,
  type TrustedCatalog,
} from '@hypersync/trust';
import { expect } from 'vitest';

/** A client with its own memory, at the vendor's time unless told otherwise. */
export function open(
  vendor: FakeVendor,
  options: { store?: MetadataStore; anchor?: TrustAnchor; now?: number; source?: MetadataSource } = {},
): Promise<TrustedCatalog> {
  return openTrustedCatalog({
    anchor: options.anchor ?? vendor.anchorAt(1),
    source: options.source ?? vendor.source,
    store: options.store ?? memoryMetadataStore(),
    clock: fixedClock(options.now ?? vendor.now),
  });
}

/** The refusal's code and message; fails the test when nothing was refused. */
export async function refusalOf(attempt: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt);
  } catch (thrown) {
    if (isHyperSyncError(thrown)) return `${thrown.code} ${thrown.message}`;
    throw thrown;
  }
  return 'accepted';
}

export async function expectRefusal(
  attempt: Promise<unknown> | (() => unknown),
  code: string,
  words = '',
): Promise<void> {
  const refusal = await refusalOf(attempt);
  expect(refusal).toContain(code);
  expect(refusal).toContain(words);
}

/** What a store holds, as text, for "nothing changed" checks. */
export async function snapshotOf(store: MetadataStore, names: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const name of names)
    texts.push(`${name}=${Buffer.from((await store.read(name)) ?? toUtf8('absent')).toString('base64')}`);
  return texts.join('\n');
}
