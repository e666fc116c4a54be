import { mechanismCompliance } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

mechanismCompliance({ plugin: toySynod() });
