import { HyperSyncError, type ErrorCode } from '@hypersync/base';
import type { IncomingHttpHeaders } from 'node:http';

/** Failures that may pass if we ask again: network, stall, broken body, server trouble. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['HS-1401', 'HS-1402', 'HS-1407', 'HS-1415']);

export function isTransient(error: HyperSyncError): boolean {
  return TRANSIENT.has(error.code) && error.details['final'] !== true;
}

/** What Node throws while connecting or reading, as one of ours. `url` is shown without its query (it may be signed). */
export function failureFrom(thrown: unknown, url: URL): HyperSyncError {
  if (thrown instanceof HyperSyncError) return thrown;
  const error = thrown as NodeJS.ErrnoException & { statusCode?: number; hostname?: string };
  const code = error.code ?? '';
  const where = shown(url);
  const details = { url: where, reason: code };
  if (code === 'ABORT_ERR' || error.name === 'AbortError') return interrupted(url, error);
  if (code === 'ERR_PROXY_TUNNEL') {
    const status = error.statusCode === undefined ? '' : ` with status ${error.statusCode}`;
    return new HyperSyncError('HS-1410', `The proxy refused a connection to ${url.host}${status}.`, {
      cause: error,
      details: { ...details, status: error.statusCode ?? null },
    });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|^EPROTO$|^ERR_(TLS|SSL)_/.test(code)) {
    return new HyperSyncError('HS-1403', `${where}: ${code}, ${printable(error.message)}.`, { cause: error, details });
  }
  if (code.startsWith('HPE_')) {
    return new HyperSyncError('HS-1407', `${where}: the answer is not HTTP (${code}).`, { cause: error, details });
  }
  // A name that does not resolve will not resolve a second later either.
  const final = code === 'ENOTFOUND' || code === 'EACCES';
  const reason = code === '' ? printable(error.message) : code;
  return new HyperSyncError('HS-1401', `${where}: ${reason}.`, { cause: error, details: { ...details, final } });
}

export function interrupted(url: URL, cause: unknown): HyperSyncError {
  return new HyperSyncError('HS-1006', `Stopped while reading ${shown(url)}.`, { cause, details: { url: shown(url) } });
}

const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  401: ['HS-1411', 'wants a valid license'],
  403: ['HS-1412', 'does not give this to the license'],
  404: ['HS-1413', 'has nothing there'],
  407: ['HS-1410', 'is behind a proxy that wants credentials'],
  410: ['HS-1414', 'serves this no more'],
};

/** An answer that is no success. The registry's own words are passed on, bounded and printable, as what it says. */
export function failureOf(status: number, body: Uint8Array, headers: IncomingHttpHeaders, url: URL): HyperSyncError {
  const where = shown(url);
  const busy = status >= 500 || status === 408 || status === 425 || status === 429;
  const [code, words] = BY_STATUS[status] ?? (busy ? ['HS-1415', 'has trouble'] : ['HS-1417', 'answers strangely']);
  const said = problemIn(body);
  const tail = said.detail === null ? '' : ` It says: ${said.detail}`;
  return new HyperSyncError(code, `${url.host} ${words} (${status} for ${where}).${tail}`, {
    details: { url: where, status, ...said.facts, retryAfter: retryAfter(headers) },
  });
}

/** problem+json of our registry, or what npm registries put into `error`. Only texts and lists of texts are taken over. */
function problemIn(body: Uint8Array): { detail: string | null; facts: Record<string, unknown> } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return { detail: null, facts: {} };
  }
  if (typeof value !== 'object' || value === null) return { detail: null, facts: {} };
  const problem = value as Readonly<Record<string, unknown>>;
  const detail = [problem['detail'], problem['error'], problem['title']].find((text) => typeof text === 'string');
  const facts: Record<string, unknown> = {};
  for (const key of ['code', 'tier', 'reason', 'replacement'] as const) {
    const fact = problem[key];
    if (typeof fact === 'string') facts[key === 'code' ? 'serverCode' : key] = printable(fact);
  }
  return { detail: typeof detail === 'string' ? printable(detail) : null, facts };
}

/** Seconds until the server wants to be asked again; null where it does not say. */
function retryAfter(headers: IncomingHttpHeaders): number | null {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** Remote text for terminals and logs: no control characters, no more than 300 characters. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').slice(0, 300);
}

/** A query may be a signature (redirects to an object store): it stays out of messages and logs. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
