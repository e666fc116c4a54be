import { bundle } from './bundle.ts';
import type { HandMade } from './hand-made.ts';

/** A mechanism of this repository as the publisher would bundle it; named, not imported. */
export async function realMechanism(id: string, profile: { minNodes?: number } = {}): Promise<HandMade> {
  const source = await bundle(`packages/mechanisms/${id}/src/index.ts`);
  const module = (await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`)) as {
    default: { descriptor: HandMade['descriptor'] };
  };
  return { source, descriptor: module.default.descriptor, ...profile };
}
