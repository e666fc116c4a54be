import type { Descriptor, Guarantee } from '@hypersync/interface';
import { ApproximateJudge } from './approximate.ts';
import { CausalJudge } from './causal.ts';
import { ConvergentJudge } from './convergent.ts';
import type { Judge, JudgedWorld } from './judge.ts';
import { RegisterJudge } from './register.ts';
import { TotalOrderJudge } from './total-order.ts';

export type { Judge, JudgedWorld } from './judge.ts';

/** The judge of a guarantee class; HS-2104 for approximate agreement without a `space`. */
export function judgeFor<G extends Guarantee>(descriptor: Descriptor<G>, world: JudgedWorld<G>): Judge<G> {
  // the descriptor's word decides the class, so the type parameter and the judge agree
  const judged: unknown = world;
  const judge: unknown = makeJudge(descriptor, judged);
  return judge as Judge<G>;
}

function makeJudge(descriptor: Descriptor, world: unknown): unknown {
  switch (descriptor.guarantee) {
    case 'total-order':
      return new TotalOrderJudge(world as JudgedWorld<'total-order'>, descriptor.capabilities.snapshot === 'log');
    case 'register':
      return new RegisterJudge(world as JudgedWorld<'register'>);
    case 'causal':
      return new CausalJudge(world as JudgedWorld<'causal'>);
    case 'convergent': {
      const kinds = (descriptor as Descriptor<'convergent'>).operations;
      const reads = descriptor.reads.length > 0 && !isPublishOnly(kinds);
      return new ConvergentJudge(world as JudgedWorld<'convergent'>, kinds, reads);
    }
    case 'approximate':
      return new ApproximateJudge(world as JudgedWorld<'approximate'>);
  }
}

function isPublishOnly(kinds: readonly string[]): boolean {
  return kinds.every((kind) => kind === 'publish');
}
