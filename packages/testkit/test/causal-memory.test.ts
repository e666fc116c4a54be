import { describe, expect, it } from 'vitest';
import { CausalMemory } from '../src/judges/causal-memory.ts';

/** Dots as a mechanism would give them; values are named as their dots. */
const dotOf = (name: string) => ({ node: name[0]!, counter: Number(name.slice(1)) });
const [ALICE, BOB] = [0, 2];

function written(
  memory: CausalMemory,
  client: number,
  name: string,
  context: Record<string, number> | null = null,
): void {
  memory.asked(client, 'k', name, context);
  memory.acknowledged(client, name);
}

describe('the bad patterns of causal memory', () => {
  it('WriteCOInitRead: a client does not find its own write', () => {
    const memory = new CausalMemory(dotOf);
    expect(memory.read(ALICE, 'k', [])).toBeNull();
    written(memory, ALICE, 'a1');
    expect(memory.read(BOB, 'k', [])).toBeNull(); // Bob knows of nothing
    expect(memory.read(ALICE, 'k', [])).toContain('nothing is read');
    expect(memory.read(ALICE, 'j', [])).toBeNull();
  });

  it('a read that goes backwards, also over what another client has read', () => {
    const memory = new CausalMemory(dotOf);
    written(memory, ALICE, 'a1');
    expect(memory.read(BOB, 'k', ['a1'])).toBeNull();
    written(memory, BOB, 'b1', { a: 1 });
    expect(memory.read(ALICE, 'k', ['a1'])).toBeNull(); // not yet heard of b1
    expect(memory.read(ALICE, 'k', ['b1'])).toBeNull();
    expect(memory.read(ALICE, 'k', ['a1'])).toContain('only what came before');
  });

  it('WriteCORead: a value beside the one that replaced it', () => {
    const memory = new CausalMemory(dotOf);
    written(memory, ALICE, 'a1');
    expect(memory.read(BOB, 'k', ['a1'])).toBeNull();
    written(memory, BOB, 'b1', { a: 1 });
    expect(memory.read(ALICE, 'k', ['a1', 'b1'])).toContain('replaced');
  });

  it('leaves siblings in peace: what was written without having been read stays', () => {
    const memory = new CausalMemory(dotOf);
    written(memory, ALICE, 'a1');
    written(memory, BOB, 'b1', {});
    expect(memory.read(ALICE, 'k', ['a1', 'b1'])).toBeNull();
    written(memory, ALICE, 'a2', { b: 1 }); // has read b1 only, so a1 stays beside it
    expect(memory.read(ALICE, 'k', ['a1', 'a2'])).toBeNull();
    written(memory, ALICE, 'a3', { a: 2 });
    expect(memory.read(ALICE, 'k', ['a3'])).toBeNull();
    expect(memory.read(ALICE, 'k', ['a1', 'a3'])).toContain('replaced');
  });

  it('a blind write replaces what its client has seen', () => {
    const memory = new CausalMemory(dotOf);
    written(memory, ALICE, 'a1');
    written(memory, ALICE, 'a2');
    expect(memory.read(ALICE, 'k', ['a1', 'a2'])).toContain('replaced');
    expect(memory.read(ALICE, 'k', ['a2'])).toBeNull();
  });

  it('asks for nothing that a client cannot know: a write without an answer, or of one without a session', () => {
    const memory = new CausalMemory(dotOf);
    memory.asked(ALICE, 'k', 'a1', null);
    expect(memory.read(ALICE, 'k', [])).toBeNull();
    written(memory, ALICE, 'a2');
    expect(memory.read(ALICE, 'k', ['a1', 'a2'])).toBeNull(); // a1 may have come later, at another node
    memory.alone('z1');
    expect(memory.read(BOB, 'k', ['z1'])).toBeNull();
    expect(memory.read(ALICE, 'k', ['a2', 'z1'])).toBeNull();
  });
});
