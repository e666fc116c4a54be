/** @file Riemannian barycenter: exact Byzantine agreement on a robust centre of points on a manifold, as a HyperSync mechanism. */
import { AgreementSeries } from '@hypersync/consensus-kit';
import type { DurableImage, MechanismInit, MechanismPlugin } from '@hypersync/interface';
import { MOST_BINARY_ROUNDS } from './binary-consensus.ts';
import { checkConfig, mergeConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { describeMessage } from './describe-message.ts';
import { Iteration } from './iteration.ts';
import { SetAgreement } from './set-agreement.ts';
import { maxStatement } from './statements.ts';

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
  const { ball, mode, centre, f, maxRounds, manifoldId, settings } = config;
  const committee = { n: ids.length, f, self: ids.indexOf(init.self) };
  // a reading, everybody's echo and ready, and per member and round two estimates, a coordinate, an aux; or a point per step
  const said = mode === 'agree' ? 2 * ids.length + 1 + ids.length * MOST_BINARY_ROUNDS * 4 : maxRounds + 1;
  return new AgreementSeries(
    {
      descriptor: DESCRIPTOR,
      epoch: init.epoch,
      agreeOn: `${mode} on the ${centre.kind} in ${manifoldId} ${ball.manifold.dimension}, within ${ball.radius}`,
      ids,
      committee,
      settings,
      epsilon: mode === 'agree' ? 0 : config.epsilon,
      limits: { statements: said + 1, bytes: maxStatement(ball.pointBytes) },
      start: () => (mode === 'agree' ? new SetAgreement(config, committee) : new Iteration(config, committee)),
      admit(reading) {
        const point = ball.admit(reading);
        return point === null ? null : ball.encode(point);
      },
      origin: ball.encode(ball.manifold.base),
    },
    init.now,
    image,
  );
}
