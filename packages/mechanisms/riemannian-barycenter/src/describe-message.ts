import { describeSeriesMessage } from '@hypersync/consensus-kit';
import { MAX_NODES } from './config.ts';
import { decodeStatement } from './statements.ts';

/** 6 x 6 matrices. */
const MOST_POINT_BYTES = 288;

/** Without knowing the cluster's configuration. Slot s of a broadcast is the reading of member s. */
export function describeMessage(bytes: Uint8Array): string {
  return describeSeriesMessage(bytes, MAX_NODES, describeStatement);
}

function describeStatement(bytes: Uint8Array): string {
  for (let pointBytes = 0; pointBytes <= MOST_POINT_BYTES; pointBytes += 8) {
    const said = decodeStatement(bytes, pointBytes);
    if (said?.kind === 'binary') {
      const { kind, round } = said.statement;
      const bits = said.statement.kind === 'aux' ? said.statement.bits.join(' or ') : said.statement.bit;
      return `${kind} ${bits} about ${said.member} in round ${round}`;
    }
    if (said?.kind === 'step') return `step ${said.step}`;
    if (said !== null) return 'output';
  }
  return 'nonsense';
}
