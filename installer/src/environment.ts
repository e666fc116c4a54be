import type { Clock } from '@hypersync/base';
import type { Registry, RegistryOptions } from '@hypersync/registry-client';
import type { FileSystem, LockFiles } from '@hypersync/store';
import type { TrustAnchor } from '@hypersync/trust';

/** A stream of text; `isTTY` decides about colour and a live progress line. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What the machine is, for the preflight. Bytes; cores that may be used. */
export interface Machine {
  readonly node: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly home: string;
  /** Whether this user owns the machine: decides the default root. */
  readonly isAdministrator: boolean;
}

export interface SelfTestRequest {
  /** Absolute path of the runtime's entry file. */
  readonly runtime: string;
  readonly root: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface SelfTestOutcome {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Both bounded. */
  readonly stdout: string;
  readonly stderr: string;
}

export type Unpack = (tarball: Uint8Array) => Promise<ReadonlyMap<string, Uint8Array>>;

/** Everything that the installer takes from outside. `main.ts` is the only place that gives it the real things. */
export interface InstallerEnvironment {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly anchor: TrustAnchor | null;
  readonly machine: Machine;
  /** Aborted by SIGINT and SIGTERM. */
  readonly interrupted: AbortSignal;
  readonly openRegistry: (options: RegistryOptions, unpack: Unpack) => Promise<Registry>;
  readonly spawnSelfTest: (request: SelfTestRequest) => Promise<SelfTestOutcome>;
  /** Null where nobody can be asked. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  /** Default: the kernel's. */
  readonly locks?: LockFiles;
}
