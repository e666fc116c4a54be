import { LIMITS } from '@hypersync/base';
import type { Agent } from 'node:http';
import { isLoopback } from './address.ts';
import { http, https, tls } from './node-http.ts';

export interface Agents {
  /** The agent for one address. This machine is never reached through a proxy: the license would leave it in the clear. */
  for(url: URL): Agent;
  close(): void;
}

export interface AgentOptions {
  /** PEM bundle added to the roots that Node trusts. */
  readonly ca?: string | undefined;
  /** Holds HTTPS_PROXY and NO_PROXY in either case. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Keep-alive pools: one for plain http (this machine only), one direct and one proxied for https. Node does the tunnel. */
export function createAgents({ ca, environment }: AgentOptions): Agents {
  const pool = { keepAlive: true, maxSockets: LIMITS.downloadParallel, scheduling: 'lifo' as const };
  const made: Agent[] = [];
  const once = (make: () => Agent): (() => Agent) => {
    let agent: Agent | null = null;
    return () => {
      if (agent === null) made.push((agent = make()));
      return agent;
    };
  };
  const trust = (): { ca?: string[] } => (ca === undefined ? {} : { ca: [...tls().getCACertificates('default'), ca] });
  const plain = once(() => new http.Agent(pool));
  const direct = once(() => new (https().Agent)({ ...pool, ...trust() }));
  const proxied = once(() => new (https().Agent)({ ...pool, ...trust(), proxyEnv: proxySettings(environment) }));
  return {
    for: (url) => (url.protocol === 'http:' ? plain() : isLoopback(url.hostname) ? direct() : proxied()),
    close: () => {
      for (const agent of made) agent.destroy();
    },
  };
}

export function proxySettings(environment: AgentOptions['environment']): Record<string, string> {
  const https =
    environment['https_proxy'] ?? environment['HTTPS_PROXY'] ?? environment['all_proxy'] ?? environment['ALL_PROXY'];
  const none = environment['no_proxy'] ?? environment['NO_PROXY'];
  return {
    ...(https === undefined || https === '' ? {} : { HTTPS_PROXY: https }),
    ...(none === undefined || none === '' ? {} : { NO_PROXY: none }),
  };
}
