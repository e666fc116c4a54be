import { describe, expect, it } from 'vitest';
import { replayScript } from '../src/golden/golden.ts';
import { toySynod } from './fixtures/toy-synod.ts';

const options = { plugin: toySynod() };
const replay = (...lines: string[]): string => replayScript(`${lines.join('\n')}\n`, 'toy.txt', options);
/** What stands below the last command. */
const last = (...lines: string[]): string =>
  replay('cluster n1 n2 n3', ...lines)
    .trimEnd()
    .split('----\n')
    .at(-1)!;

describe('a golden script', () => {
  const script = replay(
    '# Three nodes agree.',
    '',
    'cluster n1 n2 n3 seed=4',
    '',
    'propose n1 "a b"',
    '',
    '# It takes a while.',
    'run 100ms',
    '',
    'status n2',
  );

  it('has the full output below each command, and keeps its comments', () => {
    expect(script).toContain('# Three nodes agree.\n\ncluster n1 n2 n3 seed=4\n----\nn1 starts\n');
    expect(script).toContain('\n\npropose n1 "a b"\n----\nn1 is asked #1: a b\n');
    expect(script).toContain('\n\n# It takes a while.\nrun 100ms\n----\n');
    expect(script).toMatch(/ {2}n1 -> all: Prepare\(slot 1, ballot \d+\)|n1 -> n2: Prepare/);
    expect(script).toMatch(/ {2}n2 writes s1/);
    expect(script).toMatch(/ {2}n3 delivers 1 "a b"/);
    expect(script).toMatch(/ {2}n1 answers #1: committed at 1/);
    expect(script).toMatch(/\nn2: [^\n]+\n$/);
  });

  it('comes out the same when it is run again, and new commands need no output yet', () => {
    expect(replayScript(script, 'toy.txt', options)).toBe(script);
    const longer = replayScript(`${script}\npending\n`, 'toy.txt', options);
    expect(longer.startsWith(script.trimEnd())).toBe(true);
    expect(replayScript(longer, 'toy.txt', options)).toBe(longer);
  });

  it('comes out different when the mechanism does something else', () => {
    expect(replayScript(script, 'toy.txt', { plugin: toySynod('acknowledges-early') })).not.toBe(script);
  });

  it.each([
    ['fly n1', 'toy.txt:3: no command "fly"; there are cluster, propose'],
    ['propose n9 "a"', 'toy.txt:3: no node n9; there are n1, n2, n3'],
    ['deliver n1-n2', '"n1-n2" is no link; write n1->n2'],
    ['advance 3', '"3" is no time; write 150ms'],
    ['propose n1 "a', 'toy.txt:3: a " is not closed'],
    ['show some', 'show takes all or outcomes'],
    ['cluster n1 n2 n3 colour=red', 'cannot make this cluster'],
  ])('says where it cannot be run: %s', (command, message) => {
    expect(() => replay('cluster n1 n2 n3', '', command)).toThrow(message);
  });

  it('begins with a cluster', () => {
    expect(() => replay('propose n1 "a"')).toThrow('begin with `cluster');
  });
});

describe('commands', () => {
  const asked = ['propose n1 "a"', 'advance 20ms'];

  it('deliver one message, or all; drop; list what is under way', () => {
    const waiting = last(...asked, 'pending')
      .trimEnd()
      .split('\n');
    expect(waiting.filter((line) => /^n\d -> n\d: /.test(line))).toEqual(waiting);
    const link = waiting[0]!.slice(0, 8).replaceAll(' ', '');
    expect(last(...asked, `deliver ${link}`)).toContain(`gets from ${link.slice(0, 2)}`);
    expect(last(...asked, `drop ${link}`, 'pending')).not.toContain(waiting[0]!);
    expect(last(...asked, 'deliver-all', 'pending')).toBe('ok\n'.trim());
    expect(last('deliver n1->n2')).toBe('nothing is under way there');
  });

  it('cut and heal; what was under way across the cut is lost', () => {
    const [from] = last(...asked, 'pending').split(' ');
    const others = ['n1', 'n2', 'n3'].filter((id) => id !== from);
    expect(last(...asked, `partition ${from} | ${others.join(' ')}`, 'pending')).not.toContain(`${from} ->`);
    expect(last(`partition n1`, ...asked, 'run 100ms')).toMatch(/\(cut: /);
    expect(last(`partition n1`, 'heal', 'propose n1 "a"', 'run 100ms')).not.toMatch(/\(cut: /);
  });

  it('cut one link; heal brings it back', () => {
    const cut = last('cut n1 n3', ...asked, 'run 100ms');
    expect(cut).toMatch(/n1 -> (all|n3): .*\(cut: n3\)/);
    expect(cut).not.toMatch(/\(cut: [^)]*n2/);
    expect(last('cut n1 n3', 'heal', ...asked, 'run 100ms')).not.toContain('(cut:');
  });

  it('crash and restart from what was flushed; hold a disk back', () => {
    expect(last('crash n1', 'status n1')).toBe('n1: down');
    expect(last('propose n1 "a"', 'run 100ms', 'crash n1', 'restart n1')).toMatch(
      /^n1 starts from \d+ records, applied 1/,
    );
    const held = last('hold-disk n1', 'propose n2 "a"', 'run 60ms');
    expect(held).toMatch(/holds back until its disk has flushed: to /);
    expect(last('hold-disk n1', 'propose n2 "a"', 'run 60ms', 'sync n1')).toMatch(/n1 -> n2: Promise/);
  });

  it('show only what application and clients see', () => {
    const outcomes = last('show outcomes', 'propose n2 "a"', 'run 100ms');
    expect(outcomes).toContain('n3 delivers 1 "a"');
    expect(outcomes).not.toMatch(/->|writes|gets from/);
  });

  it('read, suspect, stop: each is an input of its own', () => {
    expect(last('read n1')).toMatch(/^n1 is asked #1: read linearizable/);
    expect(last('suspect n1 n2')).toBe('n1 suspects n2: phi 12');
    expect(last('stop n1')).toMatch(/^n1 is asked #1: end the epoch/);
  });

  it('a script that never ends is a mistake', () => {
    expect(() => replay('cluster n1 n2 n3', 'run 1000s')).toThrow('more than 2000 events');
  });
});
