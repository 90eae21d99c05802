/**
 * The network this page talks to: RPC, files, API. Gives its children a network
 * or shows why there is none; an API that is away is not a reason.
 */
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { createSolanaRpc } from '@solana/kit';
import { useQuery } from '@tanstack/react-query';
import { ask, createApi, findVaults, firstOf, heldFile, httpFiles, remembered } from '@tributary/sdk';
import type { Api, ChainRpc, FileSource } from '@tributary/sdk';
import { address, type Address } from '@solana/kit';
import { Trouble, Waiting } from '../ui/Notice.js';
import { ConnectionForm } from './ConnectionForm.js';
import {
  loadSettings,
  rememberedNetwork,
  rememberNetwork,
  storeSettings,
  type Settings,
} from './settings.js';

const NETWORK_POLL_MS = 15_000;
const HELD_FILES_MAX = 16;

/** What the page needs to know about where it is. */
export interface NetworkInUse {
  readonly settings: Settings;
  readonly api: Api;
  /** Whether the API answered the last time it was asked. */
  readonly apiIsThere: boolean;
  /** Whether the API speaks of another cluster than the RPC node. */
  readonly isTwoNetworks: boolean;
  readonly rpc: ChainRpc;
  readonly rpcUrl: string;
  readonly genesis: string;
  readonly vaults: readonly Address[];
  /** Tables that make claims shorter; none when the API names none or is away and was never asked. */
  readonly lookupTables: readonly Address[];
  readonly files: FileSource;
  /** Adds a published file from this device. */
  readonly holdFile: (bytes: Uint8Array<ArrayBuffer>) => string;
  readonly change: (next: {
    api: string | undefined;
    rpc: string | undefined;
    files: readonly string[];
  }) => void;
}

const Context = createContext<NetworkInUse | undefined>(undefined);

/** The network in use. */
export function useNetwork(): NetworkInUse {
  const network = use(Context);
  if (!network) throw new Error('useNetwork is called outside of NetworkProvider');
  return network;
}

export function NetworkProvider({ children }: { children: ReactNode }) {
  const [settings, setSettings] = useState(loadSettings);
  const [held, setHeld] = useState<readonly ReturnType<typeof heldFile>[]>([]);
  const api = useMemo(() => createApi(settings.api), [settings.api]);

  const said = useQuery({
    queryKey: ['network', settings.api],
    queryFn: async () => {
      const network = await api.network();
      const known = {
        rpcUrl: network.rpc_url,
        vaults: network.vaults.map((vault) => vault.vault),
        lookupTables: network.lookup_tables,
      };
      rememberNetwork(settings.api, known);
      return { ...known, genesis: network.genesis };
    },
    refetchInterval: NETWORK_POLL_MS,
    retry: 1,
  });
  const known = said.data ?? (said.isError ? rememberedNetwork(settings.api) : undefined);
  const rpcUrl = settings.rpc ?? known?.rpcUrl;
  const rpc = useMemo(() => (rpcUrl === undefined ? undefined : createSolanaRpc(rpcUrl)), [rpcUrl]);
  const named = known?.vaults;
  const tables = known?.lookupTables;
  const saidGenesis = said.data?.genesis;

  const chain = useQuery({
    queryKey: ['chain', rpcUrl, named],
    enabled: rpc !== undefined,
    queryFn: async () => {
      if (!rpc) throw new Error('asked for a chain before its RPC was known');
      const genesis = await ask(rpc.getGenesisHash());
      const vaults = named && named.length > 0 ? named.map((vault) => address(vault)) : await findVaults(rpc);
      return { genesis, vaults };
    },
    retry: 1,
  });

  const files = useMemo(
    () =>
      remembered(
        firstOf([
          ...held,
          ...[`${settings.api}/v1/files/{hash}`, ...settings.files].map((url) => httpFiles(url)),
        ]),
      ),
    [held, settings],
  );
  const holdFile = useCallback((bytes: Uint8Array<ArrayBuffer>) => {
    const file = heldFile(bytes);
    setHeld((before) => [file, ...before].slice(0, HELD_FILES_MAX));
    return file.hash;
  }, []);
  const change = useCallback<NetworkInUse['change']>((next) => {
    storeSettings(next);
    setSettings(loadSettings());
  }, []);

  const network = useMemo(
    () =>
      rpc && rpcUrl && chain.data
        ? {
            settings,
            api,
            apiIsThere: said.isSuccess && !said.isError,
            isTwoNetworks: saidGenesis !== undefined && saidGenesis !== chain.data.genesis,
            rpc,
            rpcUrl,
            ...chain.data,
            // Another cluster's tables would only be looked for in vain.
            lookupTables: (tables ?? []).map((table) => address(table)),
            files,
            holdFile,
            change,
          }
        : undefined,
    [
      rpc,
      rpcUrl,
      chain.data,
      saidGenesis,
      tables,
      settings,
      api,
      said.isSuccess,
      said.isError,
      files,
      holdFile,
      change,
    ],
  );

  if (network) return <Context value={network}>{children}</Context>;
  if (said.isPending || (rpc && chain.isPending)) {
    return (
      <section className="sheet coming">
        <Waiting what="the network" lines={4} />
      </section>
    );
  }
  return (
    <section className="sheet" aria-labelledby="no-network">
      <h1 id="no-network">No network yet</h1>
      {rpc === undefined ? (
        <Trouble
          error={said.error}
          what="The API did not say which chain to use."
          retry={() => void said.refetch()}
        />
      ) : (
        <Trouble error={chain.error} what="The chain cannot be reached." retry={() => void chain.refetch()} />
      )}
      <ConnectionForm settings={settings} rpcUrl={rpcUrl} change={change} />
    </section>
  );
}
