// `npm run quickstart`: the project's main job once, with the real programs as real processes and nothing but this checkout.
// `-- --keep` leaves registry and installation for play.
import { join } from 'node:path';
import { flipOneBit, json, makeChain, mustEnd, StepFailed, type Chain } from './quickstart/chain.ts';
import { freePort, freshPlace, keepRegistry, PLACE, stopKeptRegistry } from './quickstart/place.ts';
import { CHECKOUT, release, startServer, stopAll } from './quickstart/programs.ts';
import { makeStage, type Stage } from './quickstart/stage.ts';

const ROOT = join(PLACE, 'host');
const CORE_ROOT = join(PLACE, 'core-host');
const IMPERIUM_ROOT = join(PLACE, 'imperium-host');

interface Shown {
  readonly id: string;
  readonly nodes: number;
  readonly class: string;
  readonly values: readonly string[];
}

/** One mechanism of each class, and what it is asked to agree on. One lying node of four is the least that Byzantine means. */
const SHOWN: readonly Shown[] = [
  { id: 'raft', nodes: 3, class: 'total order, crash faults', values: ['open the valve', 'close the valve'] },
  { id: 'simple-bft', nodes: 4, class: 'total order, Byzantine faults', values: ['pay 10 to Ada'] },
  { id: 'quorum', nodes: 3, class: 'register', values: ['42'] },
  { id: 'vector-clock', nodes: 3, class: 'causal', values: ['hello', 'hello yourself'] },
  { id: 'gossip', nodes: 3, class: 'convergent', values: ['the light is green'] },
];

/** Only the highest tiers have approximate agreement: four robots, each with its own reading of where they meet. */
const SHOWN_OF_IMPERIUM: readonly Shown[] = [
  {
    id: 'geometric-consensus',
    nodes: 4,
    class: 'approximate, Byzantine faults',
    values: ['[0, 0]', '[1, 0]', '[0, 1]', '[1, 1]'],
  },
];

async function make(stage: Stage, chain: Chain, address: string): Promise<void> {
  await stage.step('make a vendor: encrypted keys for every role, a TUF root signed by two of three', async (note) => {
    await chain.publish('init', '--vendor', 'Quickstart (development keys)', '--registry', address);
    note('development keys: good for this machine and this folder only');
  });
  await stage.step('build fourteen plugins and the runtime, reproducibly', async (note) => {
    const built = (await chain.publish('build')).trim().split('\n');
    note(`${built.length} packages, each one self-contained, with SBOM`);
  });
  await stage.step('sign and publish: seven tiers', async (note) => {
    for (const line of (await chain.publish('publish')).trim().split('\n').slice(0, 20)) note(line);
  });
  await stage.step('make the vendor’s installer: root of trust and registry compiled in', async () => {
    await chain.publish('installer', '--out', PLACE);
  });
  await stage.step('issue a PRO license', async () => {
    await chain.publish('license', 'issue', '--customer', 'Quickstart', '--tier', 'PRO', '--out', chain.license);
  });
}

async function install(stage: Stage, chain: Chain): Promise<void> {
  await stage.step('hyper-install --tier PRO on a new host', async (note) => {
    const done = json(
      mustEnd('hyper-install --tier PRO', await chain.install(ROOT, '--tier', 'PRO', '--license', chain.license), 0),
    );
    note(
      `generation ${done.generation}: ${done.changes.length - 1} plugins and the runtime, every byte verified, switched in one step`,
    );
  });
  await stage.step('validate: verify again, then let every plugin decide', async (note) => {
    json(mustEnd('hyper-install validate', await chain.install(ROOT, 'validate'), 0));
    const verified = json(mustEnd('hyper-install verify', await chain.install(ROOT, 'verify'), 0));
    const [first] = verified.plugins;
    note(`admitted by key ${first.evidence.keys.join(', ')}, tier manifest version ${verified.manifest.roleVersion}`);
  });
}

async function agree(stage: Stage, chain: Chain, root: string, mechanisms: readonly Shown[]): Promise<void> {
  for (const shown of mechanisms) {
    await stage.step(`${shown.nodes} nodes agree with ${shown.id} (${shown.class})`, async (note) => {
      const proposals = shown.values.flatMap((value) => ['--propose', value]);
      const run = await chain.runtime(
        root,
        'run',
        '--mechanism',
        shown.id,
        '--nodes',
        String(shown.nodes),
        ...proposals,
      );
      const result = json(mustEnd(`run --mechanism ${shown.id}`, run, 0));
      const decided = Map.groupBy(result.decisions as { node: string; value: string }[], (decision) => decision.node);
      for (const [node, values] of [...decided].sort(([a], [b]) => (a < b ? -1 : 1))) {
        note(`${node} decided ${values.map(({ value }) => JSON.stringify(value)).join(', ')}`);
      }
    });
  }
}

async function imperium(stage: Stage, chain: Chain): Promise<void> {
  await stage.step('hyper-install --tier "QM Imperium" on another host', async (note) => {
    const license = join(PLACE, 'imperium.jwt');
    await chain.publish('license', 'issue', '--customer', 'Quickstart', '--tier', 'QM Imperium', '--out', license);
    const installed = await chain.install(IMPERIUM_ROOT, '--tier', 'QM Imperium', '--license', license);
    const done = json(mustEnd('hyper-install --tier "QM Imperium"', installed, 0));
    note(
      `generation ${done.generation}: ${done.changes.length - 1} plugins and the runtime; each decided in its self-test`,
    );
  });
  await agree(stage, chain, IMPERIUM_ROOT, SHOWN_OF_IMPERIUM);
}

async function upgradeAndBack(stage: Stage, chain: Chain): Promise<void> {
  await stage.step('the vendor releases raft 1.0.1; the host upgrades', async (note) => {
    await chain.publish('build', 'raft', '--version', '1.0.1');
    await chain.publish('publish');
    const done = json(mustEnd('hyper-install upgrade', await chain.install(ROOT, 'upgrade'), 0));
    const changed = done.changes.filter((change: { action: string }) => change.action !== 'keep');
    note(
      `generation ${done.generation}: ${changed.map((change: { id: string; from: string; to: string }) => `${change.id} ${change.from} -> ${change.to}`).join(', ')}`,
    );
  });
  await stage.step('roll back', async (note) => {
    const back = json(mustEnd('hyper-install rollback', await chain.install(ROOT, 'rollback'), 0));
    mustEnd('hyper-install validate', await chain.install(ROOT, 'validate'), 0);
    note(`generation ${back.generation} is in place again, and valid`);
  });
}

async function refuse(stage: Stage, chain: Chain): Promise<void> {
  await stage.step('refused: a plugin with one bit changed on disk', async (note) => {
    const { undo } = flipOneBit(ROOT, 'paxos');
    const verify = mustEnd('hyper-install verify', await chain.install(ROOT, 'verify'), 80);
    note(`hyper-install verify: exit 80, ${json(verify).error.code}: ${json(verify).error.message}`);
    mustEnd(
      'the runtime',
      await chain.runtime(ROOT, 'run', '--mechanism', 'paxos', '--nodes', '3', '--propose', 'x'),
      80,
    );
    note('the runtime loads nothing of that generation: exit 80');
    undo();
    mustEnd('hyper-install verify', await chain.install(ROOT, 'verify'), 0);
  });
  await stage.step('refused: a CORE host that asks for PRO', async (note) => {
    mustEnd('hyper-install --tier CORE', await chain.install(CORE_ROOT, '--tier', 'CORE'), 0);
    note('CORE needs no license: five plugins');
    const refused = mustEnd('hyper-install --tier PRO', await chain.install(CORE_ROOT, '--tier', 'PRO'), 77);
    note(`--tier PRO: exit 77, ${json(refused).error.code}: ${json(refused).error.message}`);
  });
}

function ending(stage: Stage, address: string, keep: boolean): void {
  const installer = `node ${quoted(join(PLACE, 'hyper-install/hyper-install.mjs'))}`;
  stage.say('');
  stage.say(
    'Done: signed plugins and a runtime went from source to verified installations, decided values, were upgraded and',
  );
  stage.say('rolled back; what was tampered with and what was not paid for was refused.');
  if (!keep) {
    stage.say('\nTry next:  npm run quickstart -- --keep    (leaves registry and installation running, to play with)');
    return;
  }
  stage.say(`\nThe registry goes on at ${address}. Try:`);
  stage.say(`  ${installer} generations --root ${quoted(ROOT)}`);
  stage.say(`  ${installer} verify --root ${quoted(ROOT)}`);
  stage.say(
    `  node ${quoted(join(ROOT, 'current/runtime/runtime.mjs'))} run --mechanism paxos --nodes 3 --propose hello`,
  );
  stage.say(
    '(with a Node of 24.15 or newer; `npx node` in this checkout is one). The next quick start stops it and begins afresh.',
  );
}

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

async function main(keep: boolean): Promise<number> {
  const stage = makeStage(process.stdout, 19);
  freshPlace();
  const address = `http://127.0.0.1:${await freePort()}`;
  const chain = makeChain();
  try {
    await make(stage, chain, address);
    const server = await stage.step(`start the registry at ${address}`, async () =>
      startServer(
        join(CHECKOUT, 'registry/src/main.ts'),
        ['serve', '--tree', chain.tree, '--port', new URL(address).port],
        /^Serving /,
      ),
    );
    await install(stage, chain);
    await agree(stage, chain, ROOT, SHOWN);
    await imperium(stage, chain);
    await upgradeAndBack(stage, chain);
    await refuse(stage, chain);
    if (keep && server.pid !== undefined) {
      keepRegistry(server.pid);
      release(server);
    }
    ending(stage, address, keep);
    return 0;
  } catch (error) {
    stage.say(`\n${error instanceof StepFailed ? error.message : ((error as Error).stack ?? String(error))}`);
    stage.say(`The files of this run are in ${PLACE}. Run the same command again; it begins afresh.`);
    return 1;
  } finally {
    stopAll();
  }
}

const args = process.argv.slice(2);
const unknown = args.filter((arg) => !['--keep', '--stop', '--help'].includes(arg));
if (unknown.length > 0 || args.includes('--help')) {
  process.stderr.write(
    'npm run quickstart [-- --keep | --stop]\n  --keep  leave registry and installation running\n  --stop  stop what --keep left\n',
  );
  process.exit(unknown.length > 0 ? 64 : 0);
}
if (args.includes('--stop')) {
  process.stdout.write(stopKeptRegistry() ? 'The registry is stopped.\n' : 'No registry was running.\n');
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopAll();
    process.exit(130);
  });
}
process.exit(await main(args.includes('--keep')));
