import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Descriptor, DurableImage, Effects, Input } from '@hypersync/interface';
import {
  AgreementSeries,
  decodeSeriesMessage,
  encodeSeriesMessage,
  SERIES_SETTINGS,
  type AgreementProtocol,
  type SeriesMessage,
  type SeriesOptions,
} from '../src/index.ts';

type G = 'approximate';

const MS = 1000;
const READ = { t: 'read', ticket: 90, level: 'eventual', key: '' } as const;

/** Puts out the least of the first n - f readings that it hears; a reading is one byte. */
class Least implements AgreementProtocol {
  readonly #quorum: number;
  #readings = new Map<number, number>();
  #says: Uint8Array[] = [];
  joined = false;
  output: Uint8Array | null = null;
  readonly deadline = null;

  constructor(quorum: number) {
    this.#quorum = quorum;
  }

  get begun(): boolean {
    return this.#readings.size > 0;
  }

  join(_now: number, reading: Uint8Array): void {
    this.joined = true;
    this.#says.push(Uint8Array.of(1, reading[0]!));
  }

  recall([kind]: Uint8Array): boolean {
    if (kind === 1) this.joined = true;
    return kind === 1 || kind === 2;
  }

  hear(_now: number, from: number, [kind, value]: Uint8Array): boolean {
    if (kind === 2) {
      if (from === 0) this.output = Uint8Array.of(value!);
    } else if (kind === 1) {
      this.#readings.set(from, value!);
      if (this.#readings.size === this.#quorum && this.joined)
        this.#says.push(Uint8Array.of(2, Math.min(...this.#readings.values())));
    } else return false;
    return true;
  }

  time(): void {
    // waits for nothing
  }

  takeStatements(): Uint8Array[] {
    const says = this.#says;
    this.#says = [];
    return says;
  }

  takeContradicting(): number[] {
    return [];
  }

  detail(): Record<string, number> {
    return {};
  }

  clone(): Least {
    const copy = new Least(this.#quorum);
    copy.#readings = new Map(this.#readings);
    copy.#says = [...this.#says];
    copy.joined = this.joined;
    copy.output = this.output;
    return copy;
  }

  writeTo(): void {
    // not looked at here
  }
}

const descriptor = { id: 'least', version: '1.0.0', reads: ['eventual'] } as unknown as Descriptor<G>;
const settings = {
  ...Object.fromEntries(Object.entries(SERIES_SETTINGS).map(([key, setting]) => [key, setting.default])),
  stopEndorsement: 'one',
} as SeriesOptions['settings'];

const OPTIONS: SeriesOptions = {
  descriptor,
  epoch: 1,
  agreeOn: 'nothing',
  ids: ['a', 'b', 'c', 'd'],
  committee: { n: 4, f: 1, self: 0 },
  settings,
  epsilon: 0,
  limits: { statements: 10, bytes: 16 },
  start: () => new Least(3),
  admit: ([value]) => (value === undefined || value > 200 ? null : Uint8Array.of(value)),
  origin: Uint8Array.of(100),
};

/** Member `a`, whose disk keeps what the test lets it keep; the others are what the test says they say. */
class Bench {
  series: AgreementSeries;
  now = 1;
  readonly image = new Map<string, Uint8Array>();
  #batches: Effects<G>['persist'][number][] = [];

  constructor(options: Partial<SeriesOptions> = {}) {
    this.series = new AgreementSeries({ ...OPTIONS, ...options }, 0, this.image);
  }

  step(...inputs: Input<G>[]): Effects<G> {
    const effects = this.series.step(++this.now, inputs);
    this.#batches.push(...effects.persist);
    return effects;
  }

  /** The disk catches up with all batches but the last `lost`. */
  flush(lost = 0): Effects<G> {
    const kept = this.#batches.slice(0, this.#batches.length - lost);
    for (const { writes } of kept)
      for (const write of writes) {
        if (write.op === 'put') this.image.set(write.key, write.value);
        else if (write.op === 'delete') this.image.delete(write.key);
        else for (const key of this.image.keys()) if (key >= write.from && key < write.to) this.image.delete(key);
      }
    const tokens = kept.filter(({ sync }) => sync).map(({ token }) => token);
    this.#batches = this.#batches.slice(kept.length);
    return this.step(...tokens.map((token) => ({ t: 'durable', token }) as const));
  }

  restart(options: Partial<SeriesOptions> = {}): Effects<G> {
    this.#batches = [];
    const image: DurableImage = new Map([...this.image].sort(([a], [b]) => (a < b ? -1 : 1)));
    this.series = new AgreementSeries({ ...OPTIONS, ...options }, this.now, image);
    return this.step({ t: 'time' });
  }

  says(from: string, round: number, first: number, ...statements: number[][]): Effects<G> {
    const message: SeriesMessage = { kind: 'say', round, first, statements: statements.map((s) => Uint8Array.from(s)) };
    return this.step({ t: 'message', from, bytes: encodeSeriesMessage(message) });
  }

  stands(from: string, last: number, more: Partial<Extract<SeriesMessage, { kind: 'status' }>> = {}): Effects<G> {
    const message = {
      kind: 'status',
      last,
      oldest: Math.max(1, last - 2),
      frozen: false,
      resting: true,
      reports: [],
      ...more,
    };
    return this.step({ t: 'message', from, bytes: encodeSeriesMessage(message as SeriesMessage) });
  }

  propose(value: number, ticket = value): Effects<G> {
    const op = { kind: 'input', value: [value] } as const;
    return this.step({ t: 'propose', ticket, op, session: 1, sequence: ticket });
  }

  /** One whole agreement in which b and c put in 50. */
  agreement(round: number): Effects<G> {
    this.says('b', round, 0, [1, 50]);
    this.now += 100 * MS;
    this.step({ t: 'time' });
    this.says('c', round, 0, [1, 50]);
    this.flush();
    return this.flush();
  }
}

const sent = (effects: Effects<G>) =>
  effects.send.map(({ to, bytes, after }) => ({ to, after, message: decodeSeriesMessage(bytes, 4, () => 100)! }));
const statementsOf = (effects: Effects<G>) =>
  sent(effects).flatMap(({ message }) => (message.kind === 'say' ? message.statements.map((s) => [...s]) : []));
const answers = (effects: Effects<G>) => effects.resolve.map(({ ticket, outcome }) => [ticket, outcome.kind]);

describe('a sequence of agreements', () => {
  it('says nothing before it is durable, and counts it only then', () => {
    const bench = new Bench();
    const said = bench.propose(7);
    expect(sent(said).filter(({ message }) => message.kind === 'say')).toMatchObject([{ to: 'all', after: 1 }]);
    bench.says('b', 1, 0, [1, 9]);
    expect(statementsOf(bench.says('c', 1, 0, [1, 8]))).toEqual([]); // its own reading is the third, and not on disk
    expect(statementsOf(bench.flush())).toEqual([[2, 7]]);
    const done = bench.flush();
    expect(done.deliver).toMatchObject([
      { position: { round: 1, epsilon: 0 }, value: Uint8Array.of(7), session: 1, sequence: 7 },
    ]);
    expect(answers(done)).toEqual([[7, 'committed']]);
  });

  it('takes part in what others begin, with its last reading or the origin, after a pause', () => {
    const bench = new Bench();
    bench.step({ t: 'time' });
    expect(statementsOf(bench.says('b', 1, 0, [1, 9]))).toEqual([[1, 100]]);
    bench.says('c', 1, 0, [1, 8]);
    bench.flush();
    bench.flush();
    bench.propose(7);
    bench.agreement(2);
    const early = bench.says('d', 3, 0, [1, 60]);
    expect(statementsOf(early)).toEqual([]);
    expect(bench.series.nextDeadline()).toBeGreaterThan(bench.now);
    bench.now += settings.pauseMs * MS;
    expect(statementsOf(bench.step({ t: 'time' }))).toEqual([[1, 7]]);
  });

  it('gives each reading an agreement of its own, oldest first, and refuses what is none or too much', () => {
    const bench = new Bench({ settings: { ...settings, maxWaiting: 2 } });
    bench.propose(1);
    bench.propose(2);
    bench.propose(3);
    expect(bench.propose(4).resolve).toMatchObject([{ outcome: { reason: 'overloaded', retryable: true } }]);
    expect(bench.propose(201).resolve).toMatchObject([{ outcome: { reason: 'invalid', retryable: false } }]);
    const outcomes = [1, 2, 3].flatMap((round) => answers(bench.agreement(round)));
    expect(outcomes).toEqual([
      [1, 'committed'],
      [2, 'committed'],
      [3, 'committed'],
    ]);
  });

  it('answers what has waited too long: "no-quorum" for what was never said, unknown for what was', () => {
    const bench = new Bench();
    bench.propose(1);
    bench.propose(2);
    bench.now += settings.ticketTimeoutMs * MS;
    expect(bench.step({ t: 'time' }).resolve).toMatchObject([
      { ticket: 1, outcome: { kind: 'unknown' } },
      { ticket: 2, outcome: { kind: 'rejected', reason: 'no-quorum', retryable: true } },
    ]);
  });

  it('reads after what the step has brought', () => {
    const bench = new Bench();
    expect(bench.step(READ).resolve).toMatchObject([{ outcome: { values: [], position: { round: 0 } } }]);
    bench.propose(7);
    bench.says('b', 1, 0, [1, 9]);
    bench.says('c', 1, 0, [1, 8]);
    const { token } = bench.flush().persist.at(-1)!;
    expect(bench.step(READ, { t: 'durable', token }).resolve.find(({ ticket }) => ticket === 90)).toMatchObject({
      outcome: { values: [Uint8Array.of(7)], position: { round: 1 } },
    });
  });
});

describe('links', () => {
  it('take statements in order, each once, as many as there may be', () => {
    const bench = new Bench();
    bench.propose(7);
    bench.says('b', 1, 1, [1, 9]); // number 0 is missing
    bench.says('c', 1, 0, [1, 8], [1, 3]);
    bench.says('c', 1, 0, [1, 0], [1, 0], [9, 9]);
    const status = () => bench.series.status().detail['dropped'];
    expect(status()).toBe(1); // [9, 9] is no statement
    for (let i = 3; i < 20; i++) bench.says('c', 1, i, [1, 1]);
    bench.says('stranger', 1, 0, [1, 1]);
    bench.says('a', 1, 0, [1, 1]);
    expect(status()).toBe(3);
    const asked = bench.stands('d', 0, { reports: [{ round: 1, said: 0, heard: [0, 0, 0, 0] }] });
    expect(asked.send).toEqual([]); // its own statement is not durable
    bench.now += settings.retransmitMs * MS;
    const told = sent(bench.step({ t: 'time' })).map(({ message }) => message);
    expect(told).toMatchObject([{ kind: 'status', reports: [{ round: 1, said: 0, heard: [0, 0, 10, 0] }] }]);
  });

  it('send again what a peer says it lacks, and ask a peer that knows more', () => {
    const bench = new Bench();
    bench.propose(7);
    bench.flush();
    const served = sent(bench.stands('c', 0));
    expect(served).toMatchObject([
      { to: 'c', message: { kind: 'say', round: 1, first: 0, statements: [Uint8Array.of(1, 7)] } },
    ]);
    const asked = sent(bench.stands('d', 0, { reports: [{ round: 1, said: 1, heard: [1, 0, 0, 0] }] }));
    expect(asked).toMatchObject([{ to: 'd', message: { kind: 'status' } }]);
    expect(bench.stands('d', 0, { reports: [{ round: 1, said: 1, heard: [1, 0, 0, 0] }] }).send).toEqual([]); // not so soon
  });

  it('ask in time however much a peer chatters', () => {
    const bench = new Bench({ limits: { statements: 1e6, bytes: 16 } });
    bench.propose(7);
    let [asked, i] = [0, 0];
    const start = bench.now;
    while (bench.now < start + 20 * settings.retransmitMs * MS) {
      bench.now += 10 * MS;
      asked += sent(bench.says('c', 1, i++, [1, 1])).filter(({ to }) => to === 'all').length;
    }
    expect(asked).toBeGreaterThan(1);
  });

  it('grow patient where nothing comes', () => {
    const bench = new Bench();
    bench.propose(7);
    const times: number[] = [];
    for (let i = 0; i < 6; i++) {
      bench.now = Math.max(bench.now, bench.series.nextDeadline()!) - 1;
      if (sent(bench.step({ t: 'time' })).length > 0) times.push(bench.now);
    }
    const waits = times.slice(1).map((time, k) => Math.round((time - times[k]!) / MS / settings.retransmitMs));
    expect(waits).toEqual([1, 2, 4, 8, 8].slice(0, waits.length));
  });
});

describe('after a restart', () => {
  it('says nothing again, puts out its last output again, and goes on', () => {
    const bench = new Bench();
    bench.propose(7);
    bench.says('b', 1, 0, [1, 9]);
    bench.says('c', 1, 0, [1, 8]);
    bench.flush();
    bench.flush();
    const again = bench.restart();
    expect(again.deliver).toMatchObject([{ position: { round: 1 }, value: Uint8Array.of(7), session: 0 }]);
    expect(statementsOf(again)).toEqual([]);
    expect(statementsOf(bench.propose(3))).toEqual([[1, 3]]);
  });

  it('keeps the output that only its statements knew, also when those are forgotten', () => {
    const bench = new Bench();
    bench.propose(7);
    bench.says('b', 1, 0, [1, 9]);
    bench.says('c', 1, 0, [1, 8]);
    bench.flush();
    bench.flush(); // the last statement is durable; what the end of the agreement wrote is lost with the crash
    bench.image.delete('output');
    bench.image.delete('last');
    expect(bench.restart().deliver).toMatchObject([{ position: { round: 1 } }]);
    for (const peer of ['b', 'c', 'd']) bench.stands(peer, 40);
    bench.flush();
    expect([...bench.image.keys()].filter((key) => key.startsWith('s/'))).toEqual([]);
    expect(bench.restart().deliver).toMatchObject([{ position: { round: 1 }, value: Uint8Array.of(7) }]);
  });

  it('refuses an image that is damaged, has a hole, or is of another member or configuration', () => {
    const bench = new Bench();
    bench.propose(7);
    bench.says('b', 1, 0, [1, 9]);
    bench.says('c', 1, 0, [1, 8]);
    bench.flush();
    bench.flush();
    const whole = new Map(bench.image);
    expect([...whole.keys()].sort()).toContain('owner');
    for (const key of whole.keys()) {
      bench.image.set(key, whole.get(key)!.with(0, whole.get(key)![0]! ^ 1));
      expect(() => bench.restart(), key).toThrow(RangeError);
      bench.image.set(key, whole.get(key)!.slice(0, 3));
      expect(() => bench.restart(), key).toThrow(RangeError);
      bench.image.set(key, whole.get(key)!);
    }
    const [first] = [...whole.keys()].filter((key) => key.startsWith('s/')).sort();
    bench.image.delete(first!);
    expect(() => bench.restart()).toThrow(RangeError);
    bench.image.set(first!, whole.get(first!)!);
    expect(() => bench.restart({ agreeOn: 'something' })).toThrow(/another member, epoch or configuration/);
    expect(() => bench.restart({ epoch: 2 })).toThrow(RangeError);
    expect(() => bench.restart({ committee: { n: 4, f: 1, self: 1 } })).toThrow(RangeError);
  });
});

describe('a member that was away', () => {
  it('goes on where a correct member still can help, and keeps its client waiting', () => {
    const bench = new Bench();
    bench.propose(7);
    bench.flush();
    bench.stands('b', 30);
    expect(bench.series.status().detail['last']).toBe(0); // one may lie
    bench.stands('c', 20);
    expect(bench.series.status().detail['last']).toBe(19);
    const done = bench.agreement(20);
    expect(answers(done)).toEqual([[7, 'committed']]);
    expect(done.deliver).toMatchObject([{ position: { round: 20 } }]);
  });

  it('does not skip what can still be finished', () => {
    const bench = new Bench();
    for (const peer of ['b', 'c', 'd']) bench.stands(peer, 2, { oldest: 1 });
    expect(bench.series.status().detail['last']).toBe(0);
  });

  it('is told that it lags', () => {
    const bench = new Bench();
    for (let round = 1; round <= 5; round++) bench.agreement(round);
    bench.now += settings.retransmitMs * MS;
    expect(sent(bench.stands('d', 0)).map(({ to, message }) => [to, message.kind])).toEqual([['d', 'status']]);
  });

  it('forgets all but the last few', () => {
    const bench = new Bench();
    for (let round = 1; round <= 8; round++) bench.agreement(round);
    bench.flush();
    const rounds = new Set(
      [...bench.image.keys()].filter((key) => key.startsWith('s/')).map((key) => Number(key.split('/')[1])),
    );
    expect([...rounds].sort((a, b) => a - b)).toEqual([6, 7, 8]);
    expect([bench.series.agreement(5), bench.series.agreement(7)].map((one) => one === null)).toEqual([true, false]);
  });
});

describe('the end of the epoch', () => {
  const sign = { nextEpoch: 2, metadata: Uint8Array.of(5) };
  const stop = (ticket: number, nextEpoch = 2) => ({ t: 'stop', ticket, sign: { ...sign, nextEpoch } }) as const;

  it('comes when the sign is broadcast and enough rest, or after long enough', () => {
    const bench = new Bench({ committee: { n: 4, f: 1, self: 0 } });
    expect(bench.step(stop(1, 1)).resolve).toMatchObject([{ outcome: { reason: 'invalid' } }]);
    bench.step(stop(2));
    bench.flush(); // its own "send" counts, so it echoes
    bench.flush();
    const encoded = [2, 1, 5];
    for (const peer of ['b', 'c', 'd']) bench.says(peer, 0, 0, [3, 0, ...encoded]);
    expect(bench.series.status().detail['frozen']).toBe(true);
    expect(bench.propose(7).resolve).toMatchObject([{ outcome: { reason: 'sealed' } }]);
    bench.stands('b', 0, { frozen: true });
    const sealed = bench.stands('c', 0, { frozen: true });
    expect(sealed.sealed).toMatchObject({ sign, position: { round: 0 } });
    expect(answers(sealed)).toEqual([[2, 'committed']]);
    expect(answers(bench.step(stop(3), stop(4, 3)))).toEqual([
      [3, 'committed'],
      [4, 'rejected'],
    ]);
    bench.flush();
    expect(bench.restart().sealed).toMatchObject({ sign });
  });

  it('needs more than f who ask for it, where that is configured', () => {
    const bench = new Bench({ settings: { ...settings, stopEndorsement: 'third' } });
    const says = (first: number, slot: number) => {
      for (const peer of ['b', 'c', 'd']) bench.says(peer, 0, first, [3, slot, 2, 1, 5]);
    };
    says(0, 1);
    expect(bench.series.status().detail['frozen']).toBe(false);
    says(1, 2);
    expect(bench.series.status().detail['frozen']).toBe(true);
    bench.now += 60_000 * MS;
    expect(bench.step({ t: 'time' }).sealed).not.toBeNull(); // nobody answers, so it seals alone
  });
});

describe('messages of a series', () => {
  it('come back as they were, and noise is refused', () => {
    const say = fc.record({
      kind: fc.constant('say' as const),
      round: fc.nat(),
      first: fc.nat(),
      statements: fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 5 }),
    });
    const status = fc.record({
      kind: fc.constant('status' as const),
      last: fc.nat(),
      oldest: fc.nat(),
      frozen: fc.boolean(),
      resting: fc.boolean(),
      reports: fc.array(
        fc.record({ round: fc.nat(), said: fc.nat(), heard: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }) }),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.oneof(say, status), (message) => {
        expect(decodeSeriesMessage(encodeSeriesMessage(message), 4, () => 9)).toEqual(message);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
        const decoded = decodeSeriesMessage(noise, 4, () => 9);
        if (decoded !== null) expect(encodeSeriesMessage(decoded)).toEqual(noise);
      }),
    );
    const long = encodeSeriesMessage({ kind: 'say', round: 1, first: 0, statements: [new Uint8Array(10)] });
    expect(decodeSeriesMessage(long, 4, () => 9)).toBeNull();
  });
});
