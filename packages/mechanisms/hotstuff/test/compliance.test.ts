import { mechanismCompliance } from '@hypersync/testkit/consensus';
import { simulation, threeChain } from './simulation.ts';

mechanismCompliance(simulation);
mechanismCompliance(threeChain);
