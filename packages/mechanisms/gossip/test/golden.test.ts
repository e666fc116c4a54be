import { goldenScripts } from '@hypersync/testkit/golden';
import plugin from '../src/index.ts';
import { simulation } from './simulation.ts';

goldenScripts({ plugin, folder: new URL('golden/', import.meta.url), config: { ...simulation.config } });
