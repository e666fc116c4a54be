import { AgreementSeries } from '@hypersync/consensus-kit';
import type { ComplianceOptions, NodeView } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { mergeConfig } from '../src/config.ts';
import { SetAgreement } from '../src/set-agreement.ts';
import { answersAgree, answersAreEstimated, broadcastAgrees, enoughCount, outputIsTheCentre } from './invariants.ts';
import { manifoldSpace } from './spaces.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs and the planted bugs alike. */
export const simulation: ComplianceOptions<'approximate'> = {
  plugin,
  config: { deltaMs: 10, retransmitMs: 20, heartbeatMs: 200, ticketTimeoutMs: 5000, quantizationBits: 30 },
  badConfigs: [
    { manifold: 'torus' },
    { dimension: 0 },
    { manifold: 'spd', dimension: 7 },
    { ballRadius: 0.8 },
    { ballRadius: Number.NaN },
    { centre: 'mean', ballRadius: 1.6 },
    { manifold: 'hyperbolic', ballRadius: 9 },
    { mode: 'iterate', maxRounds: 5 },
    { quantizationBits: 60 },
  ],
  space(config, nodes) {
    const { ball, manifoldId, mode, centre, epsilon } = mergeConfig(config, nodes);
    return manifoldSpace({
      manifold: manifoldId,
      dimension: manifoldId === 'spd' ? Math.sqrt(ball.manifold.coordinates) : ball.manifold.dimension,
      radius: ball.radius,
      epsilon: mode === 'agree' ? 0 : epsilon,
      nodes,
      robust: mode === 'agree' && centre.kind === 'median',
      tolerance: 1e-6 + ball.spacing * Math.sqrt(ball.manifold.coordinates),
      fineness: 1 / ball.spacing,
    });
  },
  invariants: [enoughCount(), answersAreEstimated(), answersAgree(), broadcastAgrees(), outputIsTheCentre()],
  sometimes: [
    { name: 'a reading left out', seen: leavesOut },
    { name: 'a question of more than two rounds', seen: ({ status }) => Number(status?.detail['round'] ?? 0) > 5 },
    { name: 'statements refused', seen: ({ status }) => Number(status?.detail['dropped'] ?? 0) > 0 },
  ],
};

function leavesOut({ mechanism, status }: NodeView): boolean {
  if (!(mechanism instanceof AgreementSeries)) return false;
  const agreement = mechanism.agreement(Number(status?.detail['last'] ?? 0));
  return agreement instanceof SetAgreement && agreement.members.includes(false);
}
