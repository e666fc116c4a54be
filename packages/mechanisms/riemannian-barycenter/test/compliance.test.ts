import { mechanismCompliance } from '@hypersync/testkit/consensus';
import { simulation } from './simulation.ts';

mechanismCompliance(simulation);
