import type { Invariant } from '@hypersync/testkit/consensus';
import { offenceOf } from '../src/offences.ts';
import { Validator } from '../src/validator.ts';

/** Two honest nodes never hold different blocks final at one slot. */
export function finalizedPrefixesAgree(): Invariant {
  return {
    name: 'finalized prefixes agree',
    start() {
      const finalized = new Map<number, string>();
      return (_nodes, changed) => {
        const { finalizedSlot: slot, finalizedRoot: root } = changed.status?.detail ?? {};
        if (typeof slot !== 'number' || typeof root !== 'string') return null;
        const known = finalized.get(slot);
        if (known !== undefined && known !== root) return `${changed.id} finalized another block of slot ${slot}`;
        finalized.set(slot, root);
        return null;
      };
    },
  };
}

/** No honest node ever signs two statements that would cost it its stake, restarts included. */
export function honestAreNeverSlashable(): Invariant {
  return {
    name: 'no honest node is ever slashable',
    start() {
      const signed = new Map<string, Set<Uint8Array>>();
      return (_nodes, changed) => {
        if (!(changed.mechanism instanceof Validator)) return null;
        let own = signed.get(changed.id);
        if (own === undefined) signed.set(changed.id, (own = new Set()));
        for (const payload of changed.mechanism.lastSigned()) {
          if (own.has(payload)) continue;
          for (const earlier of own) {
            const offence = offenceOf(earlier, payload);
            if (offence !== null) return `${changed.id} is guilty of a ${offence}`;
          }
          own.add(payload);
        }
        return null;
      };
    },
  };
}

/**
 * Weights are a function of what was final when the epoch began, whatever a branch holds above that; and whom the finalized
 * chain convicts has none. For simulations without exits, whose dates also depend on when something became final.
 */
export function weightsComeFromFinality(): Invariant {
  return {
    name: 'weights come from what is final',
    start() {
      const known = new Map<string, string>();
      return (_nodes, changed) => {
        const { weights, weightsFrom: from, convicted } = changed.status?.detail ?? {};
        if (typeof weights !== 'string' || typeof from !== 'string' || typeof convicted !== 'string') return null;
        const other = known.get(from);
        if (other !== undefined && other !== weights) return `${changed.id} weighs ${weights}, another ${other}`;
        known.set(from, weights);
        const guilty = convicted === '' ? [] : convicted.split(',');
        const voting = guilty.find((id) => !weights.split(',').includes(`${id}:0`));
        return voting === undefined ? null : `${voting} is convicted and still weighs something`;
      };
    },
  };
}

/** The boost of a proposal ends with its slot. */
export function boostEndsWithItsSlot(): Invariant {
  return {
    name: 'the boost ends with its slot',
    start: () => (_nodes, changed) => {
      const { slot, boostedSlot } = changed.status?.detail ?? {};
      if (typeof boostedSlot !== 'number' || boostedSlot < 0 || boostedSlot === slot) return null;
      return `${changed.id} still lends weight to the block of slot ${boostedSlot} in slot ${slot}`;
    },
  };
}
