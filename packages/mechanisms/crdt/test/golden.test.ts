import { goldenScripts } from '@hypersync/testkit/golden';
import type { ConvergentOp } from '@hypersync/interface';
import plugin, { encodeMutation, type Mutation } from '../src/index.ts';

/** `set s add x`, `set s remove x`, `text t insert 0 hello`, `text t delete 0 5`. */
function operation([type = '', key = '', action = '', ...rest]: readonly string[]): ConvergentOp {
  return { kind: 'mutate', key, value: encodeMutation(mutationOf(type, action, rest)) };
}

function mutationOf(type: string, action: string, [first = '', second = '']: readonly string[]): Mutation {
  switch (`${type} ${action}`) {
    case 'set add':
      return { type: 'or-set', action: 'add', element: first };
    case 'set remove':
      return { type: 'or-set', action: 'remove', element: first };
    case 'text insert':
      return { type: 'text', action: 'insert', index: Number(first), text: second };
    case 'text delete':
      return { type: 'text', action: 'delete', index: Number(first), length: Number(second) };
    default:
      throw new TypeError(`a script asks for ${type} ${action}`);
  }
}

goldenScripts({ plugin, folder: new URL('golden/', import.meta.url), operation });
