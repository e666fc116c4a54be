import type { Secret } from './secret.ts';

export interface PublishRequest {
  readonly address: string;
  readonly token: Secret | null;
  /** package.json of the tarball plus `dist` additions (signatures). */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: Uint8Array;
  readonly tag: string;
}

/** npm's publish protocol through npm-registry-fetch. Same bytes again is `exists`; other bytes is HS-1409. */
export async function publishPackage(_request: PublishRequest): Promise<'published' | 'exists'> {
  throw new Error('not written yet');
}
