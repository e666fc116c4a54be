import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HyperSyncError, type Clock } from '@hypersync/base';
import type { Secret } from '@hypersync/registry-client';
import { diskError, writeDurably } from './durable-files.ts';
import { KEY_ROLES, makeKey, openKeyring, shapeOf, writeKeys, type KeyRecord } from './keyring.ts';
import { rootDocument, signDocument } from './tuf-author.ts';
import { openWorkspace, workspacePaths, writeFacts, type VendorFacts, type Workspace } from './workspace.ts';

export interface InitOptions
  extends Partial<Pick<VendorFacts, 'builder' | 'source'>>, Pick<VendorFacts, 'vendor' | 'registry'> {
  readonly directory: string;
  readonly passphrase: Secret;
  readonly clock: Clock;
}

/**
 * A new vendor: keys for every role and the first TUF root. `vendor.json` is written last, so that an interrupted init
 * can be run again. Throws HS-1702 where a vendor already is.
 */
export async function initWorkspace(options: InitOptions): Promise<Workspace> {
  const directory = resolve(options.directory);
  if (existsSync(join(directory, 'vendor.json')))
    throw new HyperSyncError('HS-1702', `${directory} already is a workspace.`);
  if (options.passphrase.reveal().length < 12) {
    throw new HyperSyncError(
      'HS-1706',
      'The passphrase is shorter than 12 characters; it protects every key of this vendor.',
    );
  }
  const builder = options.builder ?? `${options.registry}/builders/hyper-publish`;
  const source = options.source ?? `${options.registry}/source`;
  const paths = workspacePaths(directory);
  try {
    mkdirSync(paths.keys, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw diskError(paths.keys, cause);
  }
  const { passphrase, clock } = options;
  const now = clock.now();
  const keys: KeyRecord[] = [];
  for (const role of KEY_ROLES) {
    for (let i = 0; i < shapeOf(role).keys; i++) keys.push(makeKey({ paths }, role, keys, { passphrase, now }));
  }
  writeKeys({ paths }, keys);
  const keyring = openKeyring({ paths }, passphrase, keys);
  const root = await signDocument(rootDocument(1, keys, now), keyring.signersOf('root'));
  writeDurably(join(paths.tree, 'tuf', 'metadata', '1.root.json'), root);
  writeFacts(directory, { vendor: options.vendor, registry: options.registry, builder, source });
  return openWorkspace({ directory, clock });
}
