import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision, Op, Position } from '@hypersync/interface';
import { CausalJudge } from '../src/judges/causal.ts';
import { ConvergentJudge } from '../src/judges/convergent.ts';
import { RegisterJudge } from '../src/judges/register.ts';
import type { SimNode } from '../src/simulator/node.ts';
import { SWEEP_CLIENT, type Operation } from '../src/simulator/operations.ts';
import type { ViolationKind } from '../src/simulator/violation.ts';
import { broken, decision, makeWorld } from './fixtures/judged-world.ts';

const FOREIGN = { class: 'approximate', epoch: 1, round: 1, epsilon: 0 };

describe('register', () => {
  let w: ReturnType<typeof makeWorld<'register'>>;
  let judge: RegisterJudge;
  const tag = (ts: number, writer = 'a', key = 'k'): Position<'register'> => ({
    class: 'register',
    epoch: 1,
    key,
    ts,
    writer,
  });
  const read = (position: Position<'register'>, ...values: Uint8Array[]) => {
    const operation = w.wish(judge, { kind: 'read', level: 'linearizable' });
    judge.values(operation, w.a, position, values);
  };
  const done = (operation: Operation<'register'>, position: Position<'register'>) => {
    judge.committed(operation, w.a, position);
    operation.return = w.tick();
  };
  beforeEach(() => {
    w = makeWorld<'register'>();
    judge = new RegisterJudge(w.world);
  });

  it('is silent on an atomic history', () => {
    const [one, two] = [w.wish(judge, {}), w.wish(judge, {})];
    judge.deliver(w.a, decision(one, tag(1)));
    done(one, tag(1));
    read(tag(1), one.value);
    judge.deliver(w.a, decision(two, tag(1, 'b')));
    done(two, tag(1, 'b'));
    read(tag(1, 'b'), two.value);
    judge.finish();
    expect(judge.decisions).toBe(2);
  });

  it.each<[string, ViolationKind, () => void]>([
    [
      'two values under one tag',
      'agreement',
      () => {
        judge.deliver(w.a, decision(w.wish(judge, {}), tag(1)));
        judge.deliver(w.b, decision(w.wish(judge, {}), tag(1)));
      },
    ],
    [
      'an acknowledgement under a foreign tag',
      'agreement',
      () => {
        judge.deliver(w.a, decision(w.wish(judge, {}), tag(1)));
        judge.committed(w.wish(judge, {}), w.a, tag(1));
      },
    ],
    [
      'a tag that goes back',
      'order',
      () => {
        judge.deliver(w.a, decision(w.wish(judge, {}), tag(2)));
        judge.deliver(w.a, decision(w.wish(judge, {}), tag(1)));
      },
    ],
    ['a delivered value that nobody wrote', 'validity', () => judge.deliver(w.a, decision<'register'>(null, tag(1)))],
    ['a read value that nobody wrote', 'validity', () => read(tag(1), Uint8Array.of(1))],
    [
      'two values of one register',
      'contract',
      () => {
        const { value } = w.wish(judge, {});
        read(tag(1), value, value);
      },
    ],
    ['a position of another key', 'contract', () => judge.committed(w.wish(judge, {}), w.a, tag(1, 'a', 'other'))],
    [
      'a stale read',
      'linearizability',
      () => {
        const [one, two] = [w.wish(judge, {}), w.wish(judge, {})];
        done(one, tag(1));
        done(two, tag(2));
        read(tag(2), two.value);
        read(tag(1), one.value);
        judge.finish();
      },
    ],
    [
      'a lost acknowledged write',
      'linearizability',
      () => {
        done(w.wish(judge, {}), tag(1));
        read(tag(0));
        judge.finish();
      },
    ],
    ['an installed state', 'contract', () => judge.install(w.a)],
    [
      "a delivered key that is not the position's",
      'contract',
      () => judge.deliver(w.a, decision(w.wish(judge, {}), tag(1, 'a', 'other'))),
    ],
  ])('%s', (_, kind, run) => broken(kind, run));
});

describe('causal', () => {
  let w: ReturnType<typeof makeWorld<'causal'>>;
  let judge: CausalJudge;
  const at = (node: string, counter: number, context: Record<string, number> = {}): Position<'causal'> => ({
    class: 'causal',
    epoch: 1,
    dot: { node, counter },
    context,
  });
  const put = (fields: Partial<Operation<'causal'>> = {}) => w.wish(judge, fields);
  const read = (
    node: SimNode<'causal'>,
    position: Position<'causal'>,
    operations: Operation<'causal'>[],
    fields: Partial<Operation<'causal'>> = {},
  ) =>
    judge.values(
      put({ kind: 'read', level: 'causal', node: node.id, ...fields }),
      node,
      position,
      operations.map(({ value }) => value),
    );
  const both = (one: Decision<'causal'>) => {
    judge.deliver(w.a, one);
    judge.deliver(w.b, one);
  };
  beforeEach(() => {
    w = makeWorld<'causal'>();
    judge = new CausalJudge(w.world);
  });

  it('is silent on causal delivery, siblings and their resolution', () => {
    const [one, two] = [put(), put({ client: 1 })];
    both(decision(one, at('a', 1)));
    both(decision(two, at('b', 1)));
    read(w.a, at('b', 1, { a: 1 }), [one, two]);
    const merged = put(); // carries the context of the read
    expect((merged.op as Op<'causal'>).context).toEqual({ a: 1, b: 1 });
    both(decision(merged, at('a', 2, { a: 1, b: 1 })));
    judge.committed(merged, w.a, at('a', 2));
    expect(judge.unsettled()).toBeNull();
    read(w.b, at('a', 2, { b: 1 }), [merged], { client: SWEEP_CLIENT });
    judge.finish();
  });

  it.each<[string, ViolationKind, () => void]>([
    [
      'an effect before its cause',
      'order',
      () => {
        const [one, two] = [put(), put()];
        judge.deliver(w.a, decision(one, at('a', 1)));
        judge.deliver(w.b, decision(two, at('b', 1, { a: 1 })));
      },
    ],
    ['an author out of order', 'order', () => judge.deliver(w.a, decision(put(), at('a', 2)))],
    [
      'the same event twice',
      'order',
      () => {
        const one = decision(put(), at('a', 1));
        judge.deliver(w.a, one);
        judge.deliver(w.a, one);
      },
    ],
    [
      'a dot used twice',
      'agreement',
      () => {
        judge.deliver(w.a, decision(put(), at('a', 1)));
        judge.deliver(w.b, decision(put(), at('a', 1)));
      },
    ],
    [
      'an acknowledgement of a foreign dot',
      'agreement',
      () => {
        judge.deliver(w.a, decision(put(), at('a', 1)));
        judge.committed(put(), w.a, at('a', 1));
      },
    ],
    [
      'a forgotten context',
      'order',
      () => {
        const one = put();
        judge.deliver(w.a, decision(one, at('a', 1)));
        read(w.a, at('a', 1), [one]);
        judge.deliver(w.a, decision(put(), at('a', 2, {})));
      },
    ],
    ['a value that nobody wrote', 'validity', () => judge.deliver(w.a, decision<'causal'>(null, at('a', 1)))],
    ['a rejected write that appears', 'ticket', () => judge.deliver(w.a, decision(put({ failed: true }), at('a', 1)))],
    [
      'a sibling beside what replaced it',
      'convergence',
      () => {
        const one = put();
        judge.deliver(w.a, decision(one, at('a', 1)));
        read(w.a, at('a', 1), [one]);
        const two = put();
        judge.deliver(w.a, decision(two, at('a', 2, { a: 1 })));
        read(w.a, at('a', 2, { a: 1 }), [one, two]);
      },
    ],
    [
      'a sibling lost at the end',
      'convergence',
      () => {
        const [one, two] = [put(), put({ client: 1 })];
        both(decision(one, at('a', 1)));
        both(decision(two, at('b', 1)));
        read(w.b, at('a', 1), [one], { client: SWEEP_CLIENT });
        judge.finish();
      },
    ],
  ])('%s', (_, kind, run) => broken(kind, run));

  it.each<[string, ViolationKind, () => void]>([
    ['an installed state', 'contract', () => judge.install(w.a)],
    ['a position of another class', 'contract', () => judge.committed(put(), w.a, FOREIGN as never)],
    [
      'a sibling told twice',
      'convergence',
      () => {
        const one = put();
        judge.deliver(w.a, decision(one, at('a', 1)));
        read(w.a, at('a', 1), [one, one]);
      },
    ],
    ['a value read before anybody delivered it', 'validity', () => read(w.a, at('a', 1), [put()])],
  ])('%s', (_, kind, run) => broken(kind, run));

  it('says who lacks what', () => {
    judge.deliver(w.a, decision(put(), at('a', 1)));
    expect(judge.unsettled()).toBe('b has not delivered a:1');
  });

  it('a new incarnation may deliver again', () => {
    const one = decision(put(), at('a', 1));
    judge.deliver(w.a, one);
    judge.crashed(w.a);
    judge.deliver(w.a, one);
  });
});

describe('convergent', () => {
  let w: ReturnType<typeof makeWorld<'convergent'>>;
  let judge: ConvergentJudge;
  const at = (root: string, frontier: Record<string, number>): Position<'convergent'> => ({
    class: 'convergent',
    epoch: 1,
    root,
    frontier,
  });
  const show = (node: SimNode<'convergent'>, position: Position<'convergent'>) => {
    node.status = { role: '', leader: null, term: 0, position, ready: true, detail: {} };
    judge.stepped(node);
  };
  const sweep = (node: string, ...operations: Operation<'convergent'>[]) =>
    judge.values(
      w.wish(judge, { kind: 'read', level: 'eventual', client: SWEEP_CLIENT, node }),
      w.a,
      at('r', {}),
      operations.map(({ value }) => value),
    );
  const start = (...kinds: ('publish' | 'put' | 'delete')[]) => {
    w = makeWorld<'convergent'>();
    judge = new ConvergentJudge(w.world, kinds, !kinds.includes('publish'));
  };
  beforeEach(() => start('put', 'delete'));

  it('is silent on replicas that converge', () => {
    const one = w.wish(judge, { id: 1 });
    judge.committed(one, w.a, at('r1', { a: 1 }));
    show(w.a, at('r1', { a: 1 }));
    show(w.b, at('r0', {}));
    expect(judge.unsettled()).toMatch(/states differ/);
    show(w.b, at('r1', { a: 1, b: 0 }));
    expect(judge.unsettled()).toBeNull();
    sweep('a', one);
    sweep('b', one);
    judge.finish();
  });

  it.each<[string, ViolationKind, () => void]>([
    [
      'the same updates, another state',
      'convergence',
      () => {
        show(w.a, at('r1', { a: 1, b: 2 }));
        show(w.b, at('r2', { b: 2, a: 1 }));
      },
    ],
    [
      'replicas that read differently at the end',
      'convergence',
      () => {
        const one = w.wish(judge, {});
        sweep('a', one);
        sweep('b');
        judge.finish();
      },
    ],
    [
      'an acknowledged put that is gone',
      'durability',
      () => {
        w.wish(judge, { client: 5, kind: 'read', level: 'eventual' });
        const one = w.wish(judge, {});
        judge.committed(one, w.a, at('r', {}));
        one.return = w.tick();
        sweep('a');
        sweep('b');
        judge.finish();
      },
    ],
    [
      'a published value delivered twice',
      'order',
      () => {
        start('publish');
        const one = w.wish(judge, {});
        judge.deliver(w.a, decision(one, at('', {})));
        judge.deliver(w.a, decision(one, at('', {})));
      },
    ],
    [
      'a rejected value that is delivered',
      'ticket',
      () => {
        start('publish');
        judge.deliver(w.a, decision(w.wish(judge, { failed: true }), at('', {})));
      },
    ],
  ])('%s', (_, kind, run) => broken(kind, run));

  it.each<[string, () => void]>([
    ['an installed state', () => judge.install(w.a)],
    ['a position of another class', () => judge.committed(w.wish(judge, {}), w.a, FOREIGN as never)],
  ])('%s', (_, run) => broken('contract', run));

  it('waits for every acknowledged value to reach everybody', () => {
    start('publish');
    const one = w.wish(judge, {});
    judge.committed(one, w.a, at('', {}));
    judge.deliver(w.a, decision(one, at('', {})));
    expect(judge.unsettled()).toBe('b has not delivered the acknowledged value 0');
    judge.deliver(w.b, decision(one, at('', {})));
    expect(judge.unsettled()).toBeNull();
  });
});
