import { canonicalJson, HyperSyncError, sha512Hex } from '@hypersync/base';
import { decodeValue, INTERFACE_VERSION, type Descriptor } from '@hypersync/interface';
import { interfaceAccepts, type PluginEntry } from '@hypersync/manifest';
import type { VerifiedPlugin } from '@hypersync/store';
import { readDescriptor } from './descriptor-file.ts';
import type { Realm } from './plugin-worker.ts';

/** A verified plugin whose papers agree with each other. Its module has not been evaluated yet. */
export interface AdmittedPlugin {
  readonly id: string;
  readonly entry: PluginEntry;
  /** The bytes that were hashed, and that are evaluated. */
  readonly module: Uint8Array;
  readonly descriptor: Descriptor;
  /** Canonical text of `descriptor.json`. */
  readonly signedDescriptor: string;
}

const MODULE = 'plugin.mjs';
const DESCRIPTOR = 'descriptor.json';

/**
 * What can be checked without running anything: the digests once more at the place of use (HS-2003), the interface version
 * against what the signed manifest and this host accept (HS-2004), the descriptor (HS-2005) against the manifest (HS-2006).
 */
export function admitPlugin(verified: VerifiedPlugin, interfaceRange: string): AdmittedPlugin {
  const { entry } = verified;
  const source = `${entry.name} ${entry.version}`;
  const module = hashedFile(verified, MODULE);
  const signed = hashedFile(verified, DESCRIPTOR);
  for (const range of [interfaceRange, hostRange(INTERFACE_VERSION)]) {
    if (!interfaceAccepts(range, entry.interfaceVersion)) {
      throw new HyperSyncError(
        'HS-2004',
        `${source} was built for interface ${entry.interfaceVersion}; this runtime drives ${range}.`,
        { details: { plugin: entry.name, interfaceVersion: entry.interfaceVersion, range } },
      );
    }
  }
  const { descriptor, canonical } = readDescriptor(signed, `${source}, ${DESCRIPTOR}`);
  checkAgainstManifest(descriptor, entry);
  return { id: entry.mechanism.id, entry, module, descriptor, signedDescriptor: canonical };
}

/** Throws HS-2007 unless the evaluated module exports the descriptor that was signed. */
export async function checkModule(plugin: AdmittedPlugin, realm: Realm): Promise<void> {
  const source = `${plugin.entry.name} ${plugin.entry.version}`;
  const reply = await realm.call('descriptor', new Uint8Array());
  let said: string;
  try {
    said = canonicalJson(decodeValue(reply));
  } catch (cause) {
    throw new HyperSyncError('HS-2007', `${source}: the module's descriptor is no plain data.`, { cause });
  }
  if (said !== plugin.signedDescriptor) {
    throw new HyperSyncError('HS-2007', `${source}: the module states another descriptor than ${DESCRIPTOR}.`);
  }
}

/** The same major, and minors up to the host's own (`INTERFACE_VERSION`). */
export function hostRange(version: string): string {
  const [major = '0', minor = '0'] = version.split('.');
  return `>=${major}.0.0 <${major}.${Number(minor) + 1}.0`;
}

function hashedFile({ entry, files }: VerifiedPlugin, path: string): Uint8Array {
  const bytes = files.get(path);
  const listed = entry.files.find((file) => file.path === path);
  if (bytes === undefined || listed === undefined || sha512Hex(bytes) !== listed.sha512) {
    const what = bytes === undefined || listed === undefined ? 'is missing' : 'has other bytes than the manifest signs';
    throw new HyperSyncError('HS-2003', `${entry.name} ${entry.version}: ${path} ${what}.`, {
      details: { plugin: entry.name, path },
    });
  }
  return bytes;
}

function checkAgainstManifest(descriptor: Descriptor, entry: PluginEntry): void {
  const pairs = [
    ['id', descriptor.id, entry.mechanism.id],
    ['version', descriptor.version, entry.version],
    ['guarantee', descriptor.guarantee, entry.mechanism.guarantee],
    ['interfaceVersion', descriptor.interfaceVersion, entry.interfaceVersion],
  ] as const;
  for (const [field, said, signed] of pairs) {
    if (said !== signed) {
      throw new HyperSyncError(
        'HS-2006',
        `${entry.name} ${entry.version}: ${DESCRIPTOR} says ${field} ${said}, the signed manifest ${signed}.`,
        { details: { plugin: entry.name, field, said, signed } },
      );
    }
  }
}
