/**
 * What host and prelude call each other by. The two are bundled apart and ship in one runtime, so nothing here needs a
 * version; the bytes are those of the border codec of `@hypersync/interface`.
 */

/** What the host may ask of the prelude. Every call is (operation, length of the request) -> length of the reply. */
export const OPERATIONS = {
  /** Empty request; the reply is the plugin's descriptor as a plain value. */
  descriptor: 1,
  validateConfig: 2,
  create: 3,
  step: 4,
  status: 5,
  fingerprint: 6,
  /** Bytes of a message in, its one-line description out. */
  describeMessage: 7,
} as const;

export type Operation = keyof typeof OPERATIONS;

/** First byte of every reply. After anything but `ok` stands a text for people, at most 500 characters of plugin's making. */
export const REPLY = {
  ok: 0,
  /** The plugin threw. */
  threw: 1,
  /** The plugin answered something that the contract does not allow, or too much of it. */
  broke: 2,
} as const;

/** A reply of a step that is larger is refused: the plugin broke the contract. */
export const MAX_REPLY_BYTES = 32 * 1024 * 1024;

/** What a plugin may allocate in ArrayBuffers during one call; `resourceLimits` of a worker do not count them. */
export const MAX_BUFFERS_PER_CALL = 256 * 1024 * 1024;

/** The prelude's module namespace as the host sees it: functions from numbers to numbers, and two buffers. */
export interface PreludeExports {
  /** Makes room for a request of so many bytes; `inbox` may be another buffer afterwards. */
  reserve(bytes: number): number;
  /** Takes the namespace of the evaluated plugin. 0, or -1 when it has no usable default export. */
  adopt(namespace: object): number;
  /** Writes what a thrown value says, as after a failed call. */
  explain(thrown: unknown): number;
  /** -1 when not even a refusal could be written. */
  call(operation: number, length: number): number;
  readonly inbox: ArrayBuffer;
  readonly outbox: ArrayBuffer;
}
