import { ERRORS, errorFrom, HyperSyncError, toUtf8 } from '@hypersync/base';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Answer, Caching } from './answers.ts';

/** What goes over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | Readable | null;
}

/** Headers of a request that change its answer. */
export interface Conditions {
  readonly ifNoneMatch: string | undefined;
  readonly acceptEncoding: string | undefined;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

const YEAR = 31_536_000;

const CACHE_CONTROL: Readonly<Record<Caching, string>> = {
  'public-for-ever': `public, max-age=${YEAR}, immutable`,
  'private-for-ever': `private, max-age=${YEAR}, immutable`,
  'private-revalidate': 'private, no-cache',
  'public-revalidate': 'public, no-cache',
};

/** Nothing here is meant to be shown by a browser, framed, sniffed or run. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': `max-age=${YEAR}`,
} as const;

const compressed = new WeakMap<Uint8Array, Uint8Array>();

/** Conditional requests, one range, gzip for packuments; Vary on what decided. */
export function replyTo(answer: Answer, conditions: Conditions): Reply {
  const gzip = answer.negotiated && 'bytes' in answer.body && /\bgzip\b/.test(conditions.acceptEncoding ?? '');
  const etag = `"${answer.etag}${gzip ? '-gzip' : ''}"`;
  const headers: Record<string, string> = {
    ...SECURITY_HEADERS,
    etag,
    'content-type': answer.type,
    'cache-control': CACHE_CONTROL[answer.caching],
    // Also where the answer is public: a cache must not give one customer's 200 to another's 401.
    vary: answer.negotiated ? 'Authorization, Accept, Accept-Encoding' : 'Authorization',
  };
  if (matches(conditions.ifNoneMatch, etag)) return { status: 304, headers, body: null };
  if (!gzip) return rangeReply(answer, conditions, headers);
  const bytes = (answer.body as { bytes: Uint8Array }).bytes;
  const packed = compressed.get(bytes) ?? gzipSync(bytes);
  compressed.set(bytes, packed);
  return {
    status: 200,
    headers: { ...headers, 'content-encoding': 'gzip', 'content-length': String(packed.length) },
    body: packed,
  };
}

function rangeReply(answer: Answer, conditions: Conditions, headers: Record<string, string>): Reply {
  const { body } = answer;
  const size = 'bytes' in body ? body.bytes.length : body.size;
  const part = (start: number, end: number): Uint8Array | Readable =>
    'bytes' in body ? body.bytes.subarray(start, end + 1) : body.stream(start, end);
  if (answer.type !== 'application/octet-stream')
    return { status: 200, headers: { ...headers, 'content-length': String(size) }, body: part(0, size - 1) };
  const whole = { ...headers, 'accept-ranges': 'bytes' };
  const current = conditions.ifRange === undefined || conditions.ifRange === headers['etag'];
  const range = conditions.range === undefined || !current ? null : parseRange(conditions.range, size);
  if (range === null)
    return { status: 200, headers: { ...whole, 'content-length': String(size) }, body: part(0, size - 1) };
  if (range === 'unsatisfiable') {
    const refusal = problemReply(new HyperSyncError('HS-1813', `The file has ${size} bytes.`));
    return { ...refusal, headers: { ...refusal.headers, 'content-range': `bytes */${size}` } };
  }
  const [start, end] = range;
  const length = String(end - start + 1);
  return {
    status: 206,
    headers: { ...whole, 'content-range': `bytes ${start}-${end}/${size}`, 'content-length': length },
    body: part(start, end),
  };
}

/** One range with a start; anything else is ignored, as RFC 9110 14.2 allows. */
function parseRange(text: string, size: number): readonly [number, number] | 'unsatisfiable' | null {
  const match = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(text);
  if (match === null) return null;
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start >= size || end < start ? 'unsatisfiable' : [start, end];
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .some((candidate) => candidate.trim().replace(/^W\//, '') === etag || candidate.trim() === '*');
}

/**
 * A refusal as problem+json (RFC 9457), with the fields that npm prints (`error`) and that our client passes on. What is
 * no refusal of ours says nothing about itself: messages of bugs may hold paths.
 */
export function problemReply(thrown: unknown): Reply {
  const error = errorFrom(thrown);
  const { title, http } = ERRORS[error.code];
  const ours = error.code.startsWith('HS-18') && http < 500;
  const body = {
    type: `urn:hypersync:error:${error.code}`,
    title,
    status: http,
    detail: ours ? error.message : title,
    code: error.code,
    hint: error.hint,
    error: ours ? `${error.message} (${error.code})` : `${title} (${error.code})`,
    ...(ours ? facts(error) : {}),
  };
  const bytes = toUtf8(JSON.stringify(body));
  return {
    status: http,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': String(bytes.length),
      'cache-control': 'no-store',
      vary: 'Authorization',
      ...(http === 401 ? { 'www-authenticate': 'Bearer realm="hypersync"' } : {}),
      ...(http === 405 ? { allow: 'GET, HEAD', connection: 'close' } : {}),
    },
    body: bytes,
  };
}

function facts(error: HyperSyncError): Record<string, unknown> {
  const { tier, reason, replacement, at } = error.details;
  return Object.fromEntries(
    Object.entries({ tier, reason, replacement, at }).filter(([, value]) => value !== undefined),
  );
}
