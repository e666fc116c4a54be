import { HyperSyncError } from '@hypersync/base';

/**
 * The base address of a registry as a URL without a trailing slash in its path. Plain http is accepted only for this
 * machine: elsewhere everybody on the way could read the license. Throws HS-1405.
 */
export function parseAddress(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw refuse(text, 'is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refuse(text, `uses ${url.protocol.slice(0, 20)}, not https`);
  if (url.username !== '' || url.password !== '')
    throw refuse(url.origin, 'carries credentials; they belong into a license file');
  if (url.search !== '' || url.hash !== '') throw refuse(url.origin, 'carries a query or fragment');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw refuse(text, 'uses plain http to another machine');
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** 127.0.0.0/8, ::1 and localhost. URL has already normalised odd spellings (0x7f.1, 2130706433). */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** Appends to the path of a base address; `path` begins without a slash. */
export function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}/${path}`;
  return url;
}

const SCOPED_NAME = /^@([a-z0-9][a-z0-9-]{0,63})\/([a-z0-9][a-z0-9-]{0,100})$/;
const VERSION = /^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;
const METADATA_PATH = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/** A name that may become part of a URL: `@scope/base`, nothing else (attack N26). Throws HS-1416. */
export function splitName(name: string): { readonly scope: string; readonly base: string } {
  const match = SCOPED_NAME.exec(name);
  if (match?.[1] === undefined || match[2] === undefined) throw refuseName('package name', name);
  return { scope: match[1], base: match[2] };
}

export function checkVersion(version: string): string {
  if (version.length > 64 || !VERSION.test(version)) throw refuseName('version', version);
  return version;
}

/** `metadata/2.root.json`: parts without a leading dot, so that no path leaves the repository (attack T22). */
export function checkMetadataPath(path: string): string {
  if (path.length > 400 || !METADATA_PATH.test(path)) throw refuseName('metadata path', path);
  return path;
}

function refuseName(what: string, text: string): HyperSyncError {
  return new HyperSyncError('HS-1416', `The ${what} ${JSON.stringify(text.slice(0, 100))} is not of an accepted form.`);
}

function refuse(address: string, reason: string): HyperSyncError {
  return new HyperSyncError('HS-1405', `The registry address ${JSON.stringify(address.slice(0, 200))} ${reason}.`);
}
