import type { BroadcastStatement } from '../broadcast/reliable-broadcast.ts';
import { decodeBroadcast, FIRST_FREE_TAG } from '../broadcast/broadcast-statement.ts';
import { STOP_ROUND } from './agreement-window.ts';
import { decodeSeriesMessage } from './messages.ts';

/**
 * A message of a series of agreements in words, without knowing the cluster's configuration. `describeOther` words what is no
 * step of a reliable broadcast.
 */
export function describeSeriesMessage(
  bytes: Uint8Array,
  mostMembers: number,
  describeOther: (statement: Uint8Array) => string,
): string {
  for (let members = 1; members <= mostMembers; members++) {
    const message = decodeSeriesMessage(bytes, members, () => bytes.length);
    if (message === null) continue;
    if (message.kind === 'say' && message.round === STOP_ROUND)
      return `end of the epoch, from ${message.first}: ${message.statements.length} statements`;
    if (message.kind === 'say') {
      const said = message.statements.map((statement) => describeStatement(statement, describeOther));
      return `agreement ${message.round}, from ${message.first}: ${said.join(', ')}`;
    }
    const { last, frozen, reports } = message;
    const standing = reports.map(({ round, said, heard }) => `, in ${round} said ${said}, heard ${heard.join(' ')}`);
    return `status: finished ${last}${frozen ? ', frozen' : ''}${standing.join('')}`;
  }
  return `${bytes.length} unreadable bytes`;
}

function describeStatement(bytes: Uint8Array, describeOther: (statement: Uint8Array) => string): string {
  if ((bytes[0] ?? 0) >= FIRST_FREE_TAG) return describeOther(bytes);
  const broadcast: BroadcastStatement | null = decodeBroadcast(bytes, bytes.length);
  return broadcast === null ? 'nonsense' : `${broadcast.step} ${broadcast.slot}`;
}
