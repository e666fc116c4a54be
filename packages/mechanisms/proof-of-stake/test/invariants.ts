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
