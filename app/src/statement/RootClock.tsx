/** How old the last root is, and when the next one can serve. */
import { useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ask, type VaultClaimable } from '@tributary/sdk';
import { useNetwork } from '../network/Network.js';
import { Copyable } from '../ui/Copyable.js';
import { ago, duration, SLOT_MS } from '../ui/time.js';
import { useClock } from './useClock.js';

/** Fewer slots are too few to measure. */
const SLOTS_TO_MEASURE = 20n;

/** Milliseconds a slot, measured between two answers of the chain. */
function useSlotMs(slot: bigint): number {
  const first = useRef<{ slot: bigint; at: number }>(undefined);
  const { data } = useQuery({
    queryKey: ['slot-time', slot.toString()],
    staleTime: Infinity,
    queryFn: () => {
      first.current ??= { slot, at: Date.now() };
      const passed = slot - first.current.slot;
      return passed < SLOTS_TO_MEASURE ? SLOT_MS : (Date.now() - first.current.at) / Number(passed);
    },
    placeholderData: (before) => before,
  });
  return data ?? SLOT_MS;
}

/** When a slot was made, by the chain's own clock; unknown when it does not say. */
function useBlockTime(slot: bigint | undefined): number | undefined {
  const { rpc, rpcUrl } = useNetwork();
  const { data } = useQuery({
    queryKey: ['block-time', rpcUrl, slot?.toString()],
    enabled: slot !== undefined,
    staleTime: Infinity,
    retry: 1,
    queryFn: async () => {
      const seconds = await ask(rpc.getBlockTime(slot ?? 0n));
      return Number(seconds) * 1000;
    },
  });
  return data ?? undefined;
}

export function RootClock({ now }: { now: VaultClaimable }) {
  const clock = useClock();
  const slotMs = useSlotMs(now.asOfSlot);
  const activated = now.root?.activatedSlot;
  const activatedAt = useBlockTime(activated);
  const age =
    activatedAt !== undefined
      ? clock - activatedAt
      : activated === undefined
        ? undefined
        : Number(now.asOfSlot - activated) * slotMs;
  return (
    <dl className="clock">
      <div>
        <dt>Last root</dt>
        <dd>
          {now.root ? (
            <>
              epoch {now.root.epoch.toString()}, {ago(Math.max(0, age ?? 0))}
            </>
          ) : (
            'none yet'
          )}
        </dd>
      </div>
      <div>
        <dt>Next root</dt>
        <dd>
          {now.pending ? (
            <NextRoot opensIn={opensIn(now, clock, slotMs)} epoch={now.pending.epoch} />
          ) : (
            'not posted yet; it comes when an epoch with new uses is closed'
          )}
        </dd>
      </div>
      <div>
        <dt>Chain</dt>
        <dd>slot {now.asOfSlot.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>Mint</dt>
        <dd>
          <Copyable text={now.account.mint} what="the mint’s address" />
        </dd>
      </div>
    </dl>
  );
}

/** Both the window's slots and its seconds must pass. */
function opensIn(now: VaultClaimable, clock: number, slotMs: number): number {
  if (!now.pending) return 0;
  const bySlot = Number(now.pending.opensSlot - now.asOfSlot) * slotMs;
  const byClock = Number(now.pending.opensAt) * 1000 - clock;
  return Math.max(bySlot, byClock, 0);
}

function NextRoot({ opensIn, epoch }: { opensIn: number; epoch: bigint }) {
  const when =
    opensIn > 0
      ? `can serve in about ${duration(opensIn)}`
      : 'has passed its window and waits to be activated';
  return (
    <span role="timer">
      epoch {epoch.toString()} {when}
    </span>
  );
}
