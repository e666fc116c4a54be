/** @file What every room stands on: the error class and its table, digests, canonical JSON, limits, clock and random seams. */
export { HyperSyncError, isHyperSyncError, errorFrom, type ErrorDetails } from './error.ts';
export { ERRORS, EXIT_CODES, describeError, type ErrorCode, type ErrorEntry, type ExitCode } from './errors/table.ts';
export { canonicalJson, canonicalJsonBytes, type JsonValue, type JsonObject } from './canonical-json.ts';
export { parseJson, type JsonLimits } from './parse-json.ts';
export { sha256Hex, sha512Hex, sha512Integrity, hexFromIntegrity, isSha512Hex, type Sha512Hex } from './digest.ts';
export { LIMITS, type Limits } from './limits.ts';
export { systemClock, fixedClock, systemRandom, seededRandom, type Clock, type Random } from './seams.ts';
export { bytesEqual, concatBytes, fromHex, fromUtf8, toHex, toUtf8 } from './bytes.ts';
