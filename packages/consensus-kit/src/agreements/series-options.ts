import type { Descriptor, Epoch } from '@hypersync/interface';
import type { Committee } from '../broadcast/reliable-broadcast.ts';
import type { IntegerSetting } from '../convergence/integer-settings.ts';
import type { AgreementProtocol, StatementLimits } from './protocol.ts';

/** Times in milliseconds. */
export interface SeriesSettings {
  /** How long a member that lacks something waits before it asks; doubled up to eight times while nothing comes. */
  readonly retransmitMs: number;
  /** How often a resting member says where it stands. */
  readonly heartbeatMs: number;
  /** An agreement that only others want begins at the earliest so long after the last one. */
  readonly pauseMs: number;
  /** When a reading without an outcome is answered. */
  readonly ticketTimeoutMs: number;
  /** Readings of own clients that may wait. */
  readonly maxWaiting: number;
  /** Agreements that are kept for members that lag. */
  readonly retained: number;
  /** Who may end the epoch: any `one` member, or only f + 1 of them together. */
  readonly stopEndorsement: 'one' | 'third';
}

/** For `validateConfig`: the integers among the settings. */
export const SERIES_SETTINGS = {
  retransmitMs: {
    min: 1,
    max: 60_000,
    default: 50,
    reason: 'too short asks for what is still under way, too long waits on every lost message',
  },
  heartbeatMs: { min: 10, max: 600_000, default: 1000, reason: 'resting members must find out that they lag behind' },
  pauseMs: {
    min: 0,
    max: 60_000,
    default: 5,
    reason: 'the pause keeps one member from driving agreements without end',
  },
  ticketTimeoutMs: {
    min: 10,
    max: 3_600_000,
    default: 30_000,
    reason: 'when a reading without an outcome is answered "unknown"',
  },
  maxWaiting: { min: 1, max: 10_000, default: 64, reason: 'readings of own clients held in memory' },
  retained: {
    min: 3,
    max: 8,
    default: 3,
    reason: 'finished agreements kept in memory and on disk for members that lag',
  },
} as const satisfies Record<string, IntegerSetting>;

/** What a mechanism of approximate agreement is made of. */
export interface SeriesOptions {
  readonly descriptor: Descriptor<'approximate'>;
  readonly epoch: Epoch;
  /** What all members must agree on beforehand, as text: whoever restarts with something else is refused. */
  readonly agreeOn: string;
  /** Ids in the order of the committee's indexes. */
  readonly ids: readonly string[];
  readonly committee: Committee;
  readonly settings: SeriesSettings;
  /** What an output's position promises. */
  readonly epsilon: number;
  readonly limits: StatementLimits;
  /** An automaton for one more agreement. */
  readonly start: () => AgreementProtocol;
  /** A reading as the automaton takes it; null for one that is refused. */
  readonly admit: (coordinates: readonly number[]) => Uint8Array | null;
  /** What takes part for a member that never had a reading. */
  readonly origin: Uint8Array;
}
