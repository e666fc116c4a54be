/**
 * One plugin in one realm of its own. Runs in a worker started with `--experimental-vm-modules`. The rule that everything
 * here keeps: no object of this realm goes in, and nothing that the plugin made is touched; only numbers and bytes cross.
 * Hence the bare `catch`es, the views made here on the realm's buffers, and the `typeof` before every number is used.
 */
import vm from 'node:vm';
import { REPLY, type PreludeExports } from './border.ts';

export type LoadProblem =
  | 'prelude-failed'
  | 'not-a-module'
  | 'imports-something'
  | 'dynamic-import'
  | 'top-level-await'
  | 'threw-while-loading'
  | 'no-default-export';

export type Opened =
  | { readonly problem: null; readonly confinement: Confinement }
  | { readonly problem: LoadProblem; readonly said: string };

/**
 * The keyword `import` before `(` or `.`, with any white space or comment between. Keywords cannot be escaped and code from
 * strings is off, so what this does not find does not exist; what it finds in a string or comment is refused as well.
 */
const DYNAMIC_IMPORT = /\bimport(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*[(.]/;

export class Confinement {
  readonly #prelude: PreludeExports;
  #inbox: Uint8Array;
  #outbox: Uint8Array;

  private constructor(prelude: PreludeExports) {
    this.#prelude = prelude;
    this.#inbox = new Uint8Array(prelude.inbox);
    this.#outbox = new Uint8Array(prelude.outbox);
  }

  /** `prelude` and `plugin` are source text; what is evaluated is exactly this text. */
  static open(prelude: string, plugin: string): Opened {
    const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    const trusted = evaluate(prelude, context);
    if (trusted.problem !== null) return { problem: 'prelude-failed', said: '' };
    const confinement = new Confinement(trusted.namespace as PreludeExports);
    if (DYNAMIC_IMPORT.test(plugin)) return { problem: 'dynamic-import', said: '' };
    const loaded = evaluate(plugin, context);
    if (loaded.problem !== null) {
      return { problem: loaded.problem, said: loaded.thrown === null ? '' : confinement.#explain(loaded.thrown.value) };
    }
    if (confinement.#prelude.adopt(loaded.namespace) !== 0) return { problem: 'no-default-export', said: '' };
    return { problem: null, confinement };
  }

  /** The reply's bytes, a copy in this realm; null when the realm did not even manage to refuse. */
  call(operation: number, request: Uint8Array): Uint8Array<ArrayBuffer> | null {
    try {
      if (request.length > this.#inbox.length) {
        this.#prelude.reserve(request.length);
        this.#inbox = new Uint8Array(this.#prelude.inbox);
      }
      this.#inbox.set(request);
      return this.#reply(this.#prelude.call(operation, request.length));
    } catch {
      return null;
    }
  }

  #reply(length: unknown): Uint8Array<ArrayBuffer> | null {
    if (typeof length !== 'number') return null;
    const buffer = this.#prelude.outbox;
    if (buffer !== this.#outbox.buffer) this.#outbox = new Uint8Array(buffer);
    return length > 0 && length <= this.#outbox.length ? this.#outbox.slice(0, length) : null;
  }

  #explain(thrown: unknown): string {
    try {
      const reply = this.#reply(this.#prelude.explain(thrown));
      if (reply === null || reply[0] !== REPLY.threw) return '';
      // The text stands after its length, which takes one byte below 128 and else two.
      return new TextDecoder().decode(reply.subarray((reply[1] ?? 0) < 128 ? 2 : 3));
    } catch {
      return '';
    }
  }
}

type Evaluated =
  | { readonly problem: null; readonly namespace: object }
  | { readonly problem: LoadProblem; readonly thrown: { readonly value: unknown } | null };

/** Synchronous from the text to the namespace. A thrown value is passed on untouched. Exported for the test of its callback. */
export function evaluate(source: string, context: vm.Context): Evaluated {
  let module: vm.SourceTextModule;
  try {
    module = new vm.SourceTextModule(source, {
      context,
      identifier: 'plugin.mjs',
      importModuleDynamically: () => {
        // oxlint-disable-next-line typescript/only-throw-error -- an Error would be an object of this realm
        throw null;
      },
    });
  } catch {
    return { problem: 'not-a-module', thrown: null };
  }
  if (module.moduleRequests.length > 0) return { problem: 'imports-something', thrown: null };
  try {
    module.linkRequests([]);
    module.instantiate();
    module.evaluate().catch(() => {});
  } catch {
    return { problem: 'not-a-module', thrown: null };
  }
  if (module.status === 'errored') return { problem: 'threw-while-loading', thrown: { value: module.error } };
  if (module.status !== 'evaluated' || module.hasTopLevelAwait()) return { problem: 'top-level-await', thrown: null };
  return { problem: null, namespace: module.namespace };
}
