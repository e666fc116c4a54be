import type { LoadProblem } from './confinement.ts';

/** Given to a worker when it starts. */
export interface WorkerSetup {
  /** Source text of the prelude. */
  readonly prelude: string;
  /** Memory outside the heap (ArrayBuffers) that the worker may still hold after a call, bytes. */
  readonly externalBytes: number;
}

/** Main thread to worker. `slot` names one realm; byte arrays are transferred. */
export type WorkerRequest =
  | { readonly t: 'open'; readonly id: number; readonly slot: number; readonly plugin: Uint8Array }
  | {
      readonly t: 'call';
      readonly id: number;
      readonly slot: number;
      readonly operation: number;
      readonly bytes: Uint8Array;
    }
  | { readonly t: 'close'; readonly id: number; readonly slot: number };

export type WorkerReply =
  | { readonly t: 'done'; readonly id: number }
  | { readonly t: 'bytes'; readonly id: number; readonly bytes: Uint8Array }
  /** The realm could not even say why. */
  | { readonly t: 'mute'; readonly id: number }
  | { readonly t: 'refused'; readonly id: number; readonly problem: LoadProblem; readonly said: string };

/** Exit codes of the worker: why it ended itself. */
export const WORKER_EXIT = {
  /** Something surfaced that no trusted code threw: an unhandled rejection or exception out of a realm. */
  surfaced: 70,
  memory: 71,
} as const;
