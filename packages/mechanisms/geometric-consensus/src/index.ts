/** @file Geometric consensus: Byzantine vector agreement (Vaidya, Garg; Mendes, Herlihy 2013) as a HyperSync mechanism. */
import { AgreementSeries } from '@hypersync/consensus-kit';
import type { DurableImage, MechanismInit, MechanismPlugin } from '@hypersync/interface';
import { checkConfig, mergeConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { describeMessage } from './describe-message.ts';
import { encodeValue, maxStatement } from './statements.ts';
import { VectorAgreement } from './vector-agreement.ts';

const plugin: MechanismPlugin<'approximate'> = {
  descriptor: DESCRIPTOR,
  validateConfig: checkConfig,
  create,
  describeMessage,
};

export default plugin;

function create(init: MechanismInit, image: DurableImage): AgreementSeries {
  const ids = init.members.map(({ id }) => id);
  const config = mergeConfig(init.config, ids.length);
  const { grid, epsilon, f, maxRounds, settings, validity } = config;
  const committee = { n: ids.length, f, self: ids.indexOf(init.self) };
  // per round: a value, everybody's echo and ready, a report; and the output
  const statements = (maxRounds + 1) * (2 * ids.length + 2) + 1;
  return new AgreementSeries(
    {
      descriptor: DESCRIPTOR,
      epoch: init.epoch,
      agreeOn: `${validity} in ${grid.dimension} dimensions of ${grid.limit} by ${grid.spacing}, ${maxRounds} rounds`,
      ids,
      committee,
      settings,
      epsilon,
      limits: { statements, bytes: maxStatement(grid) },
      start: () => new VectorAgreement(config, committee),
      admit(coordinates) {
        const point = grid.quantise(coordinates);
        return point === null ? null : encodeValue(grid, { point, final: false });
      },
      origin: encodeValue(grid, { point: grid.origin, final: false }),
    },
    init.now,
    image,
  );
}
