/** @file Pure building blocks that mechanisms share: exact quorums, a bounded codec, seeded randomness, effects, signed messages. */
export { ByteReader, ByteWriter } from './codec.ts';
export { Prng } from './prng.ts';
export { WeightTable } from './weights.ts';
export { EffectsBuilder } from './effects-builder.ts';
export { StateWriter, type PlainData } from './state-writer.ts';
export { sha256 } from './sha256.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
export {
  Authenticator,
  decodeEnvelope,
  encodeEnvelope,
  type AuthenticatorOptions,
  type Signed,
  type Verdict,
} from './authenticator.ts';
export {
  BUNDLE_OVERHEAD,
  BundlePool,
  bundleStatement,
  ClientDesk,
  Compaction,
  decodeStable,
  encodeStable,
  readCompaction,
  writeCompaction,
  decodeStopSign,
  encodeStopSign,
  hashKey,
  hashList,
  Inbox,
  Ledger,
  makeBundle,
  MAX_OPERATIONS,
  OPERATION_OVERHEAD,
  ORIGIN_WINDOW,
  readBundle,
  retryKey,
  ServingBudget,
  SESSION_MEMORY,
  writeBundle,
  type Applied,
  type Bundle,
  type BundleLimits,
  type ClientDeskOptions,
  type CompactionMessage,
  type CompactionOptions,
  type Snapshot,
  type StableSnapshot,
  type LedgerOptions,
  type Operation,
  type OperationKind,
} from './operations/index.ts';
export { SESSION_WINDOW, Sessions } from './operations/sessions.ts';
export { AntiEntropyTimer } from './convergence/anti-entropy-timer.ts';
export { type FinalState, EpochEnd } from './convergence/epoch-end.ts';
export { FrontierCut } from './convergence/frontier-cut.ts';
export { StableOutput } from './convergence/stable-output.ts';
export { SessionTable } from './convergence/session-table.ts';
export { encodeReceipt, positionFromReceipt } from './convergence/receipt.ts';
export {
  type Vector,
  zeroVector,
  covers,
  equalVectors,
  joinVectors,
  meetVectors,
  raised,
  toRecord,
  fromRecord,
  writeVector,
  readVector,
} from './convergence/version-vector.ts';
export { type IntegerSetting, integerProblems, withDefaults } from './convergence/integer-settings.ts';
export {
  ReliableBroadcast,
  type BroadcastStatement,
  type BroadcastStep,
  type Committee,
} from './broadcast/reliable-broadcast.ts';
export { decodeBroadcast, encodeBroadcast, FIRST_FREE_TAG } from './broadcast/broadcast-statement.ts';
export { describeSeriesMessage } from './agreements/describe-message.ts';
export { AgreementSeries } from './agreements/series.ts';
export { decodeSeriesMessage, encodeSeriesMessage, type SeriesMessage } from './agreements/messages.ts';
export type { AgreementProtocol, StatementLimits } from './agreements/protocol.ts';
export { SERIES_SETTINGS, type SeriesOptions, type SeriesSettings } from './agreements/series-options.ts';
export { STOP_STATEMENT_BYTES } from './agreements/stop-agreement.ts';
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  cos,
  cosh,
  euclideanNorm,
  exp,
  expm1,
  log,
  log1p,
  PI,
  sin,
  sinh,
  tanh,
} from './numeric/elementary.ts';
export {
  cholesky,
  determinant3,
  identity,
  multiply,
  nearestRotation,
  solveLower,
  spectralMap,
  spectrum,
  symmetrised,
  transpose,
  type Matrix,
  type Spectrum,
} from './numeric/matrices.ts';
