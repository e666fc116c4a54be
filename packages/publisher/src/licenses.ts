import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJsonBytes,
  fromUtf8,
  HyperSyncError,
  LIMITS,
  parseJson,
  systemRandom,
  toHex,
  toUtf8,
  type JsonValue,
  type Random,
} from '@hypersync/base';
import { issueLicense, type LicenseTerms } from '@hypersync/entitlement';
import type { TierId } from '@hypersync/manifest';
import type { Secret } from '@hypersync/registry-client';
import { readState } from './catalog-state.ts';
import { changeCatalog, type ChangeOptions, type ChangeResult } from './change-catalog.ts';
import { readBounded, writeDurably } from './durable-files.ts';
import { newestSigner, openKeyring } from './keyring.ts';
import type { Workspace } from './workspace.ts';

const DAY = 86_400_000;

export interface LicenseRequest {
  readonly customer: string;
  readonly tier: TierId;
  /** Days of validity. */
  readonly days: number;
  /** 0: as many as the tier allows. Default 0. */
  readonly nodes?: number;
  /** Days after expiry in which upgrades still work. Default 14. */
  readonly graceDays?: number;
  /** Default: a random one. */
  readonly serial?: string;
  /** Lowest release counter that this customer may be given. Default: the present one. */
  readonly floor?: number;
  /** Milliseconds; default now. */
  readonly notBefore?: number;
}

/** A license as the workspace keeps it. `file` holds the token, which is a credential. */
export interface IssuedLicense {
  readonly terms: LicenseTerms;
  readonly key: string;
  readonly revoked: boolean;
  readonly file: string;
}

/** Signs a license and keeps it in the workspace (mode 0600). Throws HS-1308 for terms that no verifier accepts. */
export async function issueWorkspaceLicense(
  workspace: Workspace,
  passphrase: Secret,
  request: LicenseRequest,
  random: Random = systemRandom,
): Promise<IssuedLicense & { readonly token: Secret }> {
  const signer = newestSigner(openKeyring(workspace, passphrase), 'licenses');
  const now = workspace.clock.now();
  const serial = request.serial ?? `L-${toHex(random.bytes(8))}`;
  checkSerial(serial);
  const state = readState(workspace.paths.tree, workspace.vendor);
  const earlier = listLicenses(workspace).filter(({ terms }) => terms.customer === request.customer);
  const notBefore = request.notBefore ?? now;
  const terms: LicenseTerms = {
    vendor: workspace.vendor,
    customer: request.customer,
    serial,
    tier: request.tier,
    nodes: request.nodes ?? 0,
    issuedAt: seconds(now),
    notBefore: seconds(notBefore),
    expires: seconds(notBefore + request.days * DAY),
    graceDays: request.graceDays ?? 14,
    sequence: Math.max(0, ...earlier.map((license) => license.terms.sequence)) + 1,
    floor: request.floor ?? state.release,
  };
  const token = await issueLicense(terms, { kid: signer.id, sign: (message) => signer.sign(message) });
  const file = tokenPath(workspace, serial);
  if (existsSync(file)) throw new HyperSyncError('HS-1703', `A license with the serial ${serial} was issued before.`);
  writeDurably(file, toUtf8(`${token}\n`), 0o600);
  writeDurably(recordPath(workspace, serial), canonicalJsonBytes({ terms, key: signer.id } as unknown as JsonValue));
  const secret: Secret = { reveal: () => token, toString: () => '[secret]', toJSON: () => '[secret]' };
  return { terms, key: signer.id, revoked: false, file, token: secret };
}

/** All licenses of the workspace, oldest first. */
export function listLicenses(workspace: Workspace): readonly IssuedLicense[] {
  const folder = workspace.paths.licenses;
  if (!existsSync(folder)) return [];
  const serials = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return serials
    .map((name) => showLicense(workspace, name.slice(0, -'.json'.length)))
    .sort((a, b) => a.terms.issuedAt - b.terms.issuedAt || a.terms.sequence - b.terms.sequence);
}

/** Throws HS-1715. */
export function showLicense(workspace: Workspace, serial: string): IssuedLicense {
  checkSerial(serial);
  const path = recordPath(workspace, serial);
  const bytes = readBounded(path, LIMITS.licenseBytes);
  if (bytes === null) throw new HyperSyncError('HS-1715', `There is no license with the serial ${serial}.`);
  const { terms, key } = parseJson(bytes, {
    maxBytes: LIMITS.licenseBytes,
    maxDepth: 4,
    source: path,
  }) as unknown as Omit<IssuedLicense, 'file' | 'revoked'>;
  const revoked = readState(workspace.paths.tree, workspace.vendor).revokedSerials.includes(serial);
  return { terms, key, revoked, file: tokenPath(workspace, serial) };
}

/** Tells registry, installers and hosts in the next signed `license-keys.json` that the serial counts no more. */
export async function revokeLicense(
  workspace: Workspace,
  passphrase: Secret | null,
  serial: string,
  options: ChangeOptions = {},
): Promise<ChangeResult> {
  showLicense(workspace, serial);
  return changeCatalog(workspace, passphrase, options, async (before) => {
    const revokedSerials = [...new Set([...before.revokedSerials, serial])].sort();
    return { state: { ...before, revokedSerials }, artifacts: [] };
  });
}

/** The token of a license, for whoever sends it to the customer. */
export function licenseToken(workspace: Workspace, serial: string): string {
  const bytes = readBounded(showLicense(workspace, serial).file, LIMITS.licenseBytes);
  if (bytes === null) throw new HyperSyncError('HS-1715', `The token of ${serial} is not in the workspace.`);
  return fromUtf8(bytes).trim();
}

function checkSerial(serial: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(serial)) return;
  throw new HyperSyncError(
    'HS-1715',
    `${JSON.stringify(serial.slice(0, 40))} is not a serial (letters, digits, . _ -).`,
  );
}

/** A license counts in seconds. */
function seconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function tokenPath(workspace: Workspace, serial: string): string {
  return join(workspace.paths.licenses, `${serial}.jwt`);
}

function recordPath(workspace: Workspace, serial: string): string {
  return join(workspace.paths.licenses, `${serial}.json`);
}
