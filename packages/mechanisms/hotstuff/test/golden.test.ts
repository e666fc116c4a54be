import { goldenScripts } from '@hypersync/testkit/golden';
import plugin from '../src/index.ts';

goldenScripts({ plugin, folder: new URL('golden/', import.meta.url) });
