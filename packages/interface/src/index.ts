/** @file The contract between a consensus mechanism and whatever drives it (the host, the simulator). Types, the version, the border codec. */
export { INTERFACE_VERSION } from './version.ts';
export type {
  ApproximateOp,
  CausalOp,
  ConvergentOp,
  Guarantee,
  Op,
  OpKind,
  Position,
  RegisterOp,
  TotalOrderOp,
  VersionVector,
} from './guarantee.ts';
export { OP_KINDS } from './guarantee.ts';
export type { Capabilities, Complexity, Descriptor, FaultBounds, ReadLevel, Timing } from './descriptor.ts';
export { wantsClock } from './descriptor.ts';
export type {
  CryptoRequest,
  Decision,
  Effects,
  Install,
  Lane,
  Misbehaviour,
  Outcome,
  Persist,
  RejectReason,
  Resolution,
  Sealed,
  Send,
  StoreOp,
} from './effects.ts';
export { noEffects } from './effects.ts';
export type { Epoch, Input, Micros, NodeId, StopSign, Ticket, Token } from './inputs.ts';
export type {
  ConfigProblem,
  ConsensusMechanism,
  DurableImage,
  MechanismInit,
  MechanismPlugin,
  Member,
  Membership,
  Status,
} from './mechanism.ts';
export { BorderReader, BorderWriter, decodeUtf8, encodeUtf8 } from './border-bytes.ts';
export {
  decodeConfig,
  decodeInit,
  decodeInputs,
  decodeProblems,
  decodeStatus,
  decodeValue,
  encodeConfig,
  encodeInit,
  encodeInput,
  encodeInputs,
  encodeNow,
  encodeProblems,
  encodeStatus,
  encodeValue,
  type StepRequest,
} from './border-codec.ts';
export { decodeEffects, encodeEffects, type StepReply } from './border-effects.ts';
export type { BorderValue } from './border-values.ts';
