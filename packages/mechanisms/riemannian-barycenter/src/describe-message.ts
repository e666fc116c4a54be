import { decodeSeriesMessage } from '@hypersync/consensus-kit';

/** Without knowing the cluster's configuration: what kind of message, about which agreement. */
export function describeMessage(bytes: Uint8Array): string {
  for (let members = 1; members <= 64; members++) {
    const message = decodeSeriesMessage(bytes, members, () => bytes.length);
    if (message === null) continue;
    if (message.kind === 'say')
      return `agreement ${message.round}: statements ${message.first} to ${message.first + message.statements.length - 1}`;
    return `status: last ${message.last}, ${message.reports.map(({ round, said }) => `said ${said} in ${round}`).join(', ')}`;
  }
  return `${bytes.length} unreadable bytes`;
}
