/** A root, what it was computed from, and its verification as something to watch and understand. */
import { useEffect, useReducer, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { address } from '@solana/kit';
import type { DataOf } from '@tributary/sdk';
import { Fact } from '../explore/AssetPage.js';
import { useNetwork } from '../network/Network.js';
import { readableText, shortened } from '../ui/amount.js';
import { Copyable } from '../ui/Copyable.js';
import { Notice, Waiting } from '../ui/Notice.js';
import { NotRead } from '../ui/NotRead.js';
import { ROOT_STATUS } from './status.js';
import { NOT_STARTED, STEPS, verifyRoot, type StepName, type Steps, type StepState } from './verify.js';
import { Scroll } from '../ui/Scroll.js';
import { WaterfallStatement } from './Waterfall.js';

type Detail = DataOf<'/v1/roots/{root_id}'>;

export function RootPage({ root: rootId }: { root: string }) {
  const { api } = useNetwork();
  const query = useQuery({
    queryKey: ['root', api.baseUrl, rootId],
    queryFn: async () => (await api.get('/v1/roots/{root_id}', { root_id: rootId })).data,
    retry: 1,
  });
  return (
    <>
      <div className="statement-head">
        <h1>{query.data ? `The root of epoch ${query.data.epoch}` : 'A root'}</h1>
        <p className="whose">
          <Copyable text={rootId} what="the root’s identity" head={8} tail={6} />
          {query.data && <span className="badge">{ROOT_STATUS[query.data.status] ?? query.data.status}</span>}
        </p>
      </div>
      {query.isPending ? (
        <section className="sheet coming">
          <Waiting what="the root" lines={8} />
        </section>
      ) : query.isError ? (
        <section className="sheet">
          <NotRead error={query.error} what="root" retry={() => void query.refetch()} />
        </section>
      ) : (
        <>
          <Verification key={rootId} root={query.data} />
          <WaterfallStatement root={rootId} decimals={query.data.token.decimals} />
          <Facts root={query.data} />
        </>
      )}
    </>
  );
}

/** What each step is about, for somebody who never saw one. */
const EXPLAINED: Readonly<Record<StepName, readonly [title: string, what: string]>> = {
  chain: [
    'The chain has it',
    'The program on the chain keeps the newest roots of each vault. Everything below is compared with what stands there, not with what a server says.',
  ],
  identity: [
    'It is what it says',
    'A root names its parent, its epoch, its totals and its manifest, and all of that is hashed into its identity. Nothing of it can be swapped.',
  ],
  manifest: [
    'Its manifest is the one it names',
    'The manifest lists every file the root was computed from, each by the hash of its bytes. Any copy from anywhere will do.',
  ],
  leaves: [
    'Every leaf leads to it',
    'The leaf file says what each claimant has earned since the beginning. This page hashes every leaf and builds the whole tree anew.',
  ],
  covered: [
    'It pays out only what was paid in',
    'The sum of all leaves must lie below what was deposited. The program refuses a root for which it does not.',
  ],
};

function Verification({ root }: { root: Detail }) {
  const { rpc, files } = useNetwork();
  const [round, again] = useReducer((n: number) => n + 1, 0);
  const [steps, setSteps] = useState<Steps>(NOT_STARTED);
  const { root_id: rootId, token, status } = root;
  const isStruckDown = status === 'vetoed' || status === 'disabled';
  useEffect(() => {
    const ending = new AbortController();
    const onStep = (name: StepName, state: StepState) => {
      if (!ending.signal.aborted) setSteps((before) => ({ ...before, [name]: state }));
    };
    const { signal } = ending;
    void verifyRoot({ rpc, files, vault: address(token.vault), rootId, isStruckDown, onStep, signal });
    return () => ending.abort();
  }, [rpc, files, token.vault, rootId, isStruckDown, round]);
  const holds = STEPS.every((name) => steps[name].state === 'holds');
  const fails = STEPS.some((name) => steps[name].state === 'fails');
  return (
    <section className="sheet" aria-labelledby="verification">
      <h2 id="verification">Checked in this page, just now</h2>
      <ol className="steps">
        {STEPS.map((name) => (
          <Step key={name} name={name} step={steps[name]} />
        ))}
      </ol>
      {holds && (
        <Notice tone="good" title="The root holds, from the chain down to every leaf.">
          <p>
            That the leaves follow from the paid uses needs all the published files:{' '}
            <code>tributary verify</code> recomputes them on any machine, byte for byte, and the watchers did
            so before it served.
          </p>
        </Notice>
      )}
      {fails && (
        <button
          type="button"
          className="quiet"
          onClick={() => {
            setSteps(NOT_STARTED);
            again();
          }}
        >
          Check again
        </button>
      )}
    </section>
  );
}

const SIGNS = { waiting: '', running: '…', holds: '✓', fails: '✗' } as const;
const SAID = {
  waiting: 'not yet checked',
  running: 'being checked',
  holds: 'holds',
  fails: 'does not hold',
} as const;

function Step({ name, step }: { name: StepName; step: StepState }) {
  const [title, what] = EXPLAINED[name];
  return (
    <li className={`step ${step.state}`}>
      <span className="sign" aria-hidden="true">
        {SIGNS[step.state]}
      </span>
      <div>
        <h3>
          {title} <span className="visually-hidden">({SAID[step.state]})</span>
        </h3>
        <p className="step-what">{what}</p>
        <p className="step-found" role={step.state === 'fails' ? 'alert' : 'status'}>
          {found(step)}
        </p>
      </div>
    </li>
  );
}

function found(step: StepState): string {
  switch (step.state) {
    case 'holds':
      return step.found;
    case 'fails':
      return `${step.why} ${step.next}`;
    case 'running':
      return step.of > 0
        ? `${step.done.toLocaleString('en')} of ${step.of.toLocaleString('en')} leaves checked`
        : 'Being checked…';
    default:
      return '\u00a0';
  }
}

function Facts({ root }: { root: Detail }) {
  const { api } = useNetwork();
  const { decimals } = root.token;
  const amount = (units: string): string => readableText(BigInt(units), decimals);
  return (
    <section className="sheet" aria-labelledby="facts">
      <h2 id="facts">What it says, and what it was computed from</h2>
      <dl className="facts">
        <Fact what="Earned since the beginning">{amount(root.earned_total)}</Fact>
        <Fact what="Refunded since the beginning">{amount(root.refund_total)}</Fact>
        <Fact what="Fees since the beginning">{amount(root.fee_total)}</Fact>
        <Fact what="Computed at">slot {root.finalised_slot.toLocaleString('en')}</Fact>
        <Fact what="Posted in">
          slot {root.posted_slot.toLocaleString('en')},{' '}
          <Copyable text={root.posted_signature} what="the transaction’s signature" />
        </Fact>
        <Fact what="Watchers for it">{root.attestations}</Fact>
      </dl>
      <Scroll label="Published files">
        <table className="ledger">
          <caption>Published files, each named by its hash</caption>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Hash</th>
              <th scope="col" className="number">
                Bytes
              </th>
            </tr>
          </thead>
          <tbody>
            {root.files.map(({ role, hash, bytes }) => (
              <tr key={`${role} ${hash}`}>
                <td>{inShort(role)}</td>
                <td>
                  <Copyable text={hash} what={`the hash of the ${role}`} head={8} tail={6} />
                </td>
                <td className="number">
                  {typeof bytes === 'number' ? (
                    <a href={`${api.baseUrl}/v1/files/${hash}`}>{bytes.toLocaleString('en')}</a>
                  ) : (
                    'not here'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

/** A role that names an address names it in short. */
function inShort(role: string): string {
  return role
    .split(' ')
    .map((word) => (word.length > 30 ? shortened(word) : word))
    .join(' ');
}
