import type { Decision, Position } from '@hypersync/interface';
import type { SeriesOptions } from './series-options.ts';

type G = 'approximate';

/** What this member put out of an agreement: the coordinates as big-endian doubles. */
export interface Output {
  readonly round: number;
  readonly value: Uint8Array;
}

/** Of the last output; round 0 while there is none. */
export function positionOf({ epoch, epsilon }: SeriesOptions, output: Output | null): Position<G> {
  return { class: 'approximate', epoch, round: output?.round ?? 0, epsilon };
}

/** `own` is the client's reading that took part for this member; null where its last one took part again. */
export function decisionOf(
  options: SeriesOptions,
  output: Output,
  own: { readonly session: number; readonly sequence: number } | null,
): Decision<G> {
  const { ids, committee } = options;
  return {
    position: positionOf(options, output),
    proposer: ids[committee.self]!,
    session: own?.session ?? 0,
    sequence: own?.sequence ?? 0,
    key: '',
    value: output.value,
    certificate: new Uint8Array(0),
  };
}
