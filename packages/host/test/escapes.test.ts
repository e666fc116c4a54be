import { once } from 'node:events';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { BorderReader, BorderWriter, decodeValue, encodeConfig, encodeInit, encodeInputs } from '@hypersync/interface';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DEFAULT_LIMITS,
  PluginWorker,
  type PluginLimits,
  type Realm,
  type RuntimeParts,
} from '../src/plugin-worker.ts';
import { runtimeParts } from './bundle.ts';
import { ESCAPES } from './escape-corpus.ts';

const text = (source: string): Uint8Array => new TextEncoder().encode(source);
let parts: RuntimeParts;
let shared: PluginWorker;
const started: PluginWorker[] = [];

function start(limits: Partial<PluginLimits> = {}): PluginWorker {
  const worker = new PluginWorker(parts, { ...DEFAULT_LIMITS, ...limits });
  started.push(worker);
  return worker;
}

beforeAll(async () => {
  parts = await runtimeParts();
  shared = start();
});

afterAll(async () => {
  await Promise.all(started.map((worker) => worker.terminate(new Error('test is over') as never)));
});

function request(write: (writer: BorderWriter) => void): Uint8Array {
  const writer = new BorderWriter(1 << 20);
  write(writer);
  return writer.written();
}

async function describeMessage(realm: Realm, bytes: Uint8Array = Uint8Array.of(1, 2, 3)): Promise<string> {
  return new BorderReader(await realm.call('describeMessage', bytes), false).text();
}

describe.each(ESCAPES)('$name', ({ body, naive }) => {
  it('holds while the plugin is called', async () => {
    const plugin = `function attack(bytes) { ${body} }
      export default { descriptor: {}, describeMessage(...args) { try { return attack.apply(this, args); } catch (e) { return 'held: ' + e.message; } } };`;
    const realm = await shared.open('escape', text(plugin));
    expect(await describeMessage(realm)).toMatch(/^held/);
  });

  it('holds while the plugin is loaded', async () => {
    const plugin = `function attack(bytes) { ${body} }
      let found; try { found = attack.call(undefined, new Uint8Array(3)); } catch (e) { found = 'held: ' + e.message; }
      export default { descriptor: { found } };`;
    const realm = await shared.open('escape', text(plugin));
    expect(decodeValue(await realm.call('descriptor', new Uint8Array()))).toMatchObject({
      found: expect.stringMatching(/^held/),
    });
  });

  it(`in a plain vm context it ${naive}`, () => {
    const context = vm.createContext({ console, hostFunction: () => {} });
    const attack = vm.runInContext(`(function attack(bytes) { ${body} })`, context) as (bytes: Uint8Array) => string;
    let found: string;
    try {
      found = attack(new Uint8Array(8).subarray(2, 5));
    } catch (error) {
      found = `held: ${String(error)}`;
    }
    expect(found).toMatch(naive === 'escapes' ? /^escaped/ : /^held/);
  });
});

describe('modules', () => {
  it.each([
    ['7 import()', 'import("node:fs"); export default {};', 'dynamic-import'],
    ['7 import() behind a comment', 'import /* x */ // y\n ("node:fs"); export default {};', 'dynamic-import'],
    ['7 import.meta', 'export default { descriptor: { u: import.meta.url } };', 'dynamic-import'],
    ['7 a static import', 'import fs from "node:fs"; export default {};', 'imports-something'],
    ['7 an export from', 'export * from "node:fs"; export default {};', 'imports-something'],
    ['top-level await', 'await 0; export default {};', 'top-level-await'],
    ['no module at all', 'export default {', 'not-a-module'],
    ['no default export', 'export const x = 1;', 'no-default-export'],
    ['a default export that throws', 'export default 7;', 'no-default-export'],
    ['throwing while loading', 'throw new Error("on purpose"); export default {};', 'threw-while-loading'],
    ['code from strings while loading', 'eval("1"); export default {};', 'threw-while-loading'],
  ])('%s is refused', async (_, source, problem) => {
    await expect(shared.open('bad', text(source))).rejects.toMatchObject({ code: 'HS-2008', details: { problem } });
  });

  it('what is thrown while loading is told, and a Proxy thrown runs no code here', async () => {
    await expect(shared.open('bad', text('throw new Error("on purpose"); export default {};'))).rejects.toThrow(
      /on purpose/,
    );
    const proxy = `throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }); export default {};`;
    await expect(shared.open('bad', text(proxy))).rejects.toMatchObject({
      details: { problem: 'threw-while-loading' },
    });
  });

  it('bytes that are not UTF-8 are refused', async () => {
    await expect(shared.open('bad', Uint8Array.of(0xff, 0xfe))).rejects.toMatchObject({ code: 'HS-2008' });
  });

  it('7 import() behind the text check: the module callback refuses, and with nothing of the host', async () => {
    const worker = new Worker(new URL('import-callback.worker.ts', import.meta.url), {
      execArgv: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    });
    const [found] = (await once(worker, 'message')) as [unknown];
    expect(found).toEqual({ promise: 'own realm', rejection: 'null' });
    await worker.terminate();
  });
});

describe('what the plugin answers', () => {
  const creating = (mechanism: string, helpers = ''): string => `${helpers}
    const none = { persist: [], send: [], crypto: [], deliver: [], resolve: [], evidence: [], install: null, sealed: null };
    const status = () => ({ role: 'x', leader: null, term: 0, position: null, ready: true, detail: {} });
    export default { descriptor: {}, validateConfig: () => [], create: (init, image) => (${mechanism}), describeMessage: () => '' };`;
  const init = request((writer) =>
    encodeInit(
      writer,
      { self: 'a', members: [{ id: 'a', weight: 1 }], epoch: 1, seed: 1, now: 0, config: {}, applied: 0 },
      new Map(),
    ),
  );
  const aStep = request((writer) => encodeInputs(writer, { now: 1, inputs: [{ t: 'time' }] }));

  it('10 step is a Proxy: the arguments its trap sees are of its own realm', async () => {
    const source = creating(
      `{ nextDeadline: () => null, status: () => ({ ...status(), detail: { found } }),
         step: new Proxy(() => none, { apply(target, self, args) {
           try { found = 'escaped ' + typeof args.constructor.constructor('return process')(); } catch { found = 'held'; }
           return none; } }) }`,
      `let found = 'not called';`,
    );
    const realm = await shared.open('proxy', text(source));
    await realm.call('create', init);
    await realm.call('step', aStep);
    const status = await realm.call('status', new Uint8Array());
    expect(new TextDecoder().decode(status)).toMatch(/held/);
  });

  it('11 effects that are Proxies or have inspect hooks are read as data, in their own realm', async () => {
    const source = creating(
      `{ nextDeadline: () => null, status, step: () => new Proxy(none, { get(target, key, self) {
           for (const x of [target, key, self]) { try { x.constructor.constructor('return process')().exit(99); } catch {} }
           return Reflect.get(target, key); } }),
         [Symbol.for('nodejs.util.inspect.custom')](d, o, inspect) { inspect.constructor('return process')().exit(99); } }`,
    );
    const realm = await shared.open('proxy', text(source));
    await realm.call('create', init);
    await expect(realm.call('step', aStep)).resolves.toBeInstanceOf(Uint8Array);
    expect(shared.ended).toBeNull();
  });

  it.each([
    [
      'throws a string',
      `{ step: () => { throw 'why not'; }, nextDeadline: () => null, status }`,
      /it threw: "why not"/,
    ],
    [
      'throws a Proxy',
      `{ step: () => { throw new Proxy({}, { getPrototypeOf() { throw 1; } }); }, nextDeadline: () => null, status }`,
      /could not answer/,
    ],
    ['answers nothing', `{ step: () => undefined, nextDeadline: () => null, status }`, /breaks the interface/],
    [
      'answers a deadline in fractions',
      `{ step: () => none, nextDeadline: () => 0.5, status: status }`,
      /breaks the interface/,
    ],
    [
      'sends what is not bytes',
      `{ step: () => ({ ...none, send: [{ to: 'b', lane: 'bulk', bytes: 'x' }] }), nextDeadline: () => null, status }`,
      /breaks the interface/,
    ],
    [
      'answers without end',
      `{ step: () => ({ ...none, send: { length: 9, *[Symbol.iterator]() { for (;;) yield { to: 'b', lane: 'bulk', bytes: new Uint8Array(1 << 16) }; } } }), nextDeadline: () => null, status }`,
      /breaks the interface/,
    ],
  ])('a plugin that %s is refused and its worker lives', async (_, mechanism, why) => {
    const realm = await shared.open('bad', text(creating(mechanism)));
    await expect(realm.call('create', init).then(() => realm.call('step', aStep))).rejects.toMatchObject({
      code: 'HS-2009',
      message: expect.stringMatching(why),
    });
    expect(shared.ended).toBeNull();
  });

  it('a configuration cannot carry code across either', async () => {
    const source = `export default { descriptor: {}, validateConfig(config) { return [{ key: Object.keys(config).join(), allowed: typeof config.constructor.constructor, reason: '' }]; } };`;
    const realm = await shared.open('config', text(source));
    const reply = await realm.call(
      'validateConfig',
      request((writer) => encodeConfig(writer, { a: 1 }, 3)),
    );
    expect(new TextDecoder().decode(reply)).toMatch(/a/);
  });
});

describe('12 what surfaces outside of any call ends the worker, unlooked at', () => {
  const hook = `[Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) { inspect.constructor('return process')().exit(99); }`;
  it.each([
    ['an unhandled rejection with an inspect hook', `(async () => { throw { ${hook} }; })();`],
    ['one that looks like an error', `(async () => { throw { ${hook}, get stack() { return 1; } }; })();`],
    ['a rejected promise that is dropped', `(async () => { throw new Proxy({}, { get() { throw 1; } }); })();`],
  ])('%s', async (_, statement) => {
    const worker = start();
    const realm = await worker.open(
      'reject',
      text(`export default { descriptor: {}, describeMessage() { ${statement} return 'sent'; } };`),
    );
    await describeMessage(realm).catch(() => 'ended first');
    await expect(describeMessage(realm)).rejects.toMatchObject({ code: 'HS-2011', details: { reason: 'surfaced' } });
  });
});

describe('walls that stand behind other walls', () => {
  it('code from strings is off by itself: also in a realm whose prelude does not harden it', async () => {
    const open = parts.prelude.replace(/^harden\(\);$/m, '');
    expect(open).not.toBe(parts.prelude);
    const worker = new PluginWorker({ ...parts, prelude: open }, DEFAULT_LIMITS);
    started.push(worker);
    const source = `let made; try { made = (() => {}).constructor('return 1')(); } catch (e) { made = e.name; }
      export default { descriptor: { made, soft: typeof Date } };`;
    const realm = await worker.open('second wall', text(source));
    const seen = decodeValue(await realm.call('descriptor', new Uint8Array()));
    expect(seen).toStrictEqual({ made: 'EvalError', soft: 'function' });
  });

  it('the constructors are cut by themselves: what they throw is ours', async () => {
    const source = `let made; try { made = (() => {}).constructor('return 1')(); } catch (e) { made = e.message; }
      export default { descriptor: { made } };`;
    const realm = await shared.open('first wall', text(source));
    const seen = decodeValue(await realm.call('descriptor', new Uint8Array()));
    expect(seen).toStrictEqual({ made: 'no code from strings here' });
  });
});

describe.concurrent('resources', () => {
  const loop = (statement: string): string =>
    `export default { descriptor: {}, describeMessage() { ${statement}; return 'done'; } };`;

  it.each([
    ['an endless loop', 'for (;;) {}'],
    ['a regular expression', `/^(a+)+$/.test('a'.repeat(60) + 'b')`],
    ['BigInt arithmetic', '(3n ** (2n ** 26n)).toString()'],
  ])('%s is ended by its time limit', async (_, statement) => {
    const worker = start({ stepTimeoutMs: 250 });
    const realm = await worker.open('slow', text(loop(statement)));
    await expect(describeMessage(realm)).rejects.toMatchObject({ code: 'HS-2010' });
  });

  it('loading has a time limit, too', async () => {
    const worker = start({ loadTimeoutMs: 1500 });
    await expect(worker.open('slow', text('for (;;) {} export default {};'))).rejects.toMatchObject({
      code: 'HS-2010',
    });
  });

  it('a microtask that queues itself for ever does not outlive loading', async () => {
    const worker = start({ loadTimeoutMs: 1500 });
    const source = `const again = async () => { await null; again(); }; again(); export default { descriptor: {} };`;
    await expect(worker.open('slow', text(source))).rejects.toMatchObject({ code: 'HS-2010' });
  });

  it.each([
    ['a heap bomb', 'const keep = []; for (;;) keep.push({ a: [1, 2, 3] })'],
    ['arrays that double', 'let keep = [{}]; for (;;) keep = [...keep.map((x) => ({ x })), ...keep]'],
  ])('%s ends its worker, not the process', async (_, statement) => {
    const worker = start({ memoryMb: 64, stepTimeoutMs: 20_000 });
    const realm = await worker.open('big', text(loop(statement)));
    await expect(describeMessage(realm)).rejects.toMatchObject({ code: 'HS-2011', details: { reason: 'memory' } });
  });

  it('buffers kept from call to call end the worker when they are more than it may hold', async () => {
    const worker = start({ memoryMb: 128 });
    const source = `const keep = []; export default { descriptor: {}, describeMessage() { keep.push(new Uint8Array(48 << 20)); return 'kept'; } };`;
    const realm = await worker.open('big', text(source));
    expect(await describeMessage(realm)).toBe('kept');
    const more = async (): Promise<void> => {
      for (let i = 0; i < 4; i++) await describeMessage(realm);
    };
    await expect(more()).rejects.toMatchObject({ code: 'HS-2011', details: { reason: 'memory' } });
  });

  it('what one call may allocate is back with the next call', async () => {
    const source = `export default { descriptor: {}, describeMessage() { new Uint8Array(200 << 20); return 'ok'; } };`;
    const realm = await start({ memoryMb: 1024 }).open('big', text(source));
    expect(await describeMessage(realm)).toBe('ok');
    expect(await describeMessage(realm)).toBe('ok');
  });
});

describe('what stays usable inside', () => {
  it('ordinary code works on the frozen intrinsics', async () => {
    const source = `
      class Refused extends Error { constructor(m) { super(m); this.name = 'Refused'; } }
      const results = {
        error: String(new Refused('x')),
        own: (() => { const o = {}; o.toString = () => 'mine'; o.constructor = 1; return String(o) + o.constructor; })(),
        slice: [...Uint8Array.of(1, 2, 3, 4).slice(-3, -1)].join(),
        sliceEmpty: new Uint8Array(3).slice(2, 1).length,
        map: [...Uint16Array.from([1, 2]).map((x) => x * 2)].join(),
        filter: [...Float64Array.of(1.5, 2.5).filter((x) => x > 2)].join(),
        sorted: [...Uint8Array.of(3, 1, 2).toSorted()].join() + [...Uint8Array.of(3, 1).toReversed()].join(),
        with: [...Uint8Array.of(1, 2).with(-1, 9)].join(),
        buffer: new Uint8Array(Uint8Array.of(1, 2, 3).buffer.slice(1)).join(),
        view: new DataView(new ArrayBuffer(8)).getFloat64(0),
        sub: Uint8Array.of(1, 2, 3).subarray(1).join(),
        instance: new Uint8Array(2) instanceof Uint8Array && (() => {}) instanceof Function && new ArrayBuffer(1) instanceof ArrayBuffer,
        iterable: new Uint8Array(new Set([7, 8])).join(),
        offset: new Uint8Array(new ArrayBuffer(8), 2, 3).length,
        big: BigInt64Array.of(1n).length,
        bytes: Uint8Array.BYTES_PER_ELEMENT + Float64Array.name,
        text: new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode('\ufeffgrün 😀')),
        strict: (() => { try { return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.of(255)); } catch (e) { return e.name; } })(),
      };
      export default { descriptor: results };`;
    const realm = await shared.open('ordinary', text(source));
    expect(decodeValue(await realm.call('descriptor', new Uint8Array()))).toStrictEqual({
      error: 'Refused: x',
      own: 'mine1',
      slice: '2,3',
      sliceEmpty: 0,
      map: '2,4',
      filter: '2.5',
      sorted: '1,2,31,3',
      with: '1,9',
      buffer: '2,3',
      view: 0,
      sub: '2,3',
      instance: true,
      iterable: '7,8',
      offset: 3,
      big: 1,
      bytes: '1Float64Array',
      text: 'grün 😀',
      strict: 'TypeError',
    });
  });

  it('two realms of one worker share nothing', async () => {
    const source = `let count = 0; export default { descriptor: {}, describeMessage: () => String(++count) };`;
    const [a, b] = [await shared.open('a', text(source)), await shared.open('b', text(source))];
    await describeMessage(a);
    expect([await describeMessage(a), await describeMessage(b)]).toEqual(['2', '1']);
  });
});
