/** One dataset on its way, live: each step with what came of it, and what the owner has to do. */
import { useEffect, useReducer, useState, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { address } from '@solana/kit';
import {
  followDataset,
  retryDataset,
  uploadDataset,
  withdrawDataset,
  type DatasetEvent,
  type DatasetStep,
} from '@tributary/sdk';
import { Copyable } from '../ui/Copyable.js';
import { GoTo } from '../ui/GoTo.js';
import { Notice, Trouble } from '../ui/Notice.js';
import { show } from '../views.js';
import { readableBytes } from './declaration.js';
import { FileDrop } from './FileDrop.js';
import { Register } from './Register.js';
import { findingText, intakeOf, type Findings, type IntakeState, type IntakeStep } from './steps.js';
import { forgetOffered, type Offered } from './tickets.js';

/** What each step is about, for somebody who sees it for the first time. */
const EXPLAINED: Readonly<Record<DatasetStep, readonly [title: string, what: string]>> = {
  upload: ['The file arrives', 'In parts, so that a lost connection goes on where it was.'],
  validate: ['It is what you said', 'Readable from its first byte to its last, in the format you named.'],
  scan: [
    'Nothing private slips out',
    'Keys and passwords stop it; personal data does unless you declared it.',
  ],
  compare: [
    'Compared with what is there',
    'A near-copy shares what its original earns; the same text cannot be registered twice.',
  ],
  publish: ['Published', 'Anyone can fetch it by its hash, and check what answers were made of.'],
  register: [
    'Registered on the chain',
    'Two signatures of yours: first a sealed commitment, then the record.',
  ],
  index: ['Earning', 'Every paid answer is compared with it from then on, word by word.'],
  embed: ['Found by meaning', 'Where the gateway has a model for that, answers like it count as well.'],
};

export function Intake(props: {
  readonly offered: Offered;
  readonly file: File | undefined;
  readonly onFile: (file: File) => void;
}) {
  const {
    offered: { ticket, declaration },
    file,
    onFile,
  } = props;
  const { events, error, again } = useEvents(props.offered);
  const intake = intakeOf(events);
  const retry = useMutation({ mutationFn: () => retryDataset(ticket) });
  const isStopped = intake.steps.some(({ state }) => state === 'stopped');
  return (
    <>
      <div className="statement-head">
        <h1>{declaration.name}</h1>
        <p className="whose">
          <span className="badge">{declaration.licence}</span>
          <span>{readableBytes(declaration.bytes)}</span>
          <Copyable text={declaration.sha256} what="the file’s hash" head={8} tail={6} />
        </p>
      </div>
      <section className="sheet" aria-labelledby="intake">
        <h2 id="intake">{intake.isEarning ? 'It earns' : 'On its way'}</h2>
        {error !== undefined && (
          <Trouble error={error} what="The gateway does not say how it stands." retry={again} />
        )}
        <ol className="steps">
          {intake.steps.map((step) => (
            <Step key={step.name} step={step} isWithdrawn={intake.isWithdrawn}>
              {step.name === 'upload' && step.state === 'now' && events.length > 0 && (
                <Upload offered={props.offered} file={file} onFile={onFile} />
              )}
              {step.name === 'register' && step.state === 'now' && <Register offered={props.offered} />}
            </Step>
          ))}
        </ol>
        {intake.findings && <Report findings={intake.findings} />}
        {intake.like !== undefined && (
          <Notice tone="warn" title="A text like it is registered already.">
            <p>
              It joins the cluster of{' '}
              <GoTo view={{ kind: 'asset', asset: address(intake.like) }}>the earliest such text</GoTo> and is
              paid as part of it. You can still register it.
            </p>
          </Notice>
        )}
        {intake.asset !== undefined && intake.isEarning && (
          <Notice
            tone="good"
            title="It is registered, and answers are compared with it."
            action={<GoTo view={{ kind: 'asset', asset: address(intake.asset) }}>See its record</GoTo>}
          >
            <p>What it earns appears under Earnings, with the first root after it was used.</p>
          </Notice>
        )}
        {isStopped && !intake.isWithdrawn && (
          <div className="claim-act">
            <button type="button" className="quiet" disabled={retry.isPending} onClick={() => retry.mutate()}>
              Try this step again
            </button>
            <GoTo view={{ kind: 'offer', dataset: undefined }}>Offer a mended file</GoTo>
          </div>
        )}
        {retry.isError && <Trouble error={retry.error} what="It was not tried again." />}
      </section>
      {!intake.isWithdrawn && <Withdraw offered={props.offered} isRegistered={intake.asset !== undefined} />}
    </>
  );
}

/** The events so far, as they come; each once, although a stream may be opened anew. */
function useEvents({ ticket }: Offered) {
  const [events, setEvents] = useState<readonly DatasetEvent[]>([]);
  const [error, setError] = useState<unknown>();
  const [round, next] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const ending = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const event of followDataset(ticket, { signal: ending.signal })) {
        setEvents((before) => [...before.filter(({ sequence }) => sequence < event.sequence), event]);
      }
    };
    follow().catch((thrown: unknown) => {
      if (!ending.signal.aborted) setError(thrown);
    });
    return () => ending.abort();
  }, [ticket, round]);
  const again = (): void => {
    setError(undefined);
    next();
  };
  return { events, error, again };
}

const SIGNS: Readonly<Record<IntakeState, string>> = { ahead: '', now: '…', done: '✓', stopped: '✗' };
const SAID: Readonly<Record<IntakeState, string>> = {
  ahead: 'not yet',
  now: 'under way',
  done: 'done',
  stopped: 'stopped',
};
/** The looks of the steps of a root’s verification. */
const LOOKS: Readonly<Record<IntakeState, string>> = {
  ahead: 'waiting',
  now: 'running',
  done: 'holds',
  stopped: 'fails',
};

function Step(props: {
  readonly step: IntakeStep;
  readonly isWithdrawn: boolean;
  readonly children: ReactNode;
}) {
  const { step, isWithdrawn, children } = props;
  const [title, what] = EXPLAINED[step.name];
  const found = isWithdrawn && step.state === 'stopped' ? 'You took it back.' : step.found;
  return (
    <li className={`step ${LOOKS[step.state]}`} data-step={step.name} data-state={step.state}>
      <span className="sign" aria-hidden="true">
        {SIGNS[step.state]}
      </span>
      <div>
        <h3>
          {title} <span className="visually-hidden">({SAID[step.state]})</span>
        </h3>
        <p className="step-what">{what}</p>
        {/* The wait for the owner's signature is said by what stands below. */}
        {!(step.name === 'register' && step.state === 'now') && (
          <p className="step-found" role={step.state === 'stopped' ? 'alert' : 'status'}>
            {found === '' ? '\u00a0' : found}
          </p>
        )}
        {children}
      </div>
    </li>
  );
}

function Upload(props: {
  readonly offered: Offered;
  readonly file: File | undefined;
  readonly onFile: (file: File) => void;
}) {
  const {
    offered: { ticket, declaration },
    file,
    onFile,
  } = props;
  const [sent, setSent] = useState(0);
  const [error, setError] = useState<unknown>();
  const [round, next] = useReducer((n: number) => n + 1, 0);
  const isSame = file?.size === declaration.bytes;
  useEffect(() => {
    if (!file || !isSame) return;
    const ending = new AbortController();
    uploadDataset({ ticket, file, onProgress: setSent, signal: ending.signal }).catch((thrown: unknown) => {
      if (!ending.signal.aborted) setError(thrown);
    });
    return () => ending.abort();
  }, [ticket, file, isSame, round]);
  if (!file || !isSame) {
    return (
      <>
        <p>
          {file
            ? `That is another file: the one you signed has ${declaration.bytes.toLocaleString('en')} bytes.`
            : 'This window no longer has the file. Choose it again, and the upload goes on.'}
        </p>
        <FileDrop file={undefined} onFile={onFile} title="Drop the same file here" />
      </>
    );
  }
  return error === undefined ? (
    <div className="upload">
      <progress max={declaration.bytes} value={sent} aria-label="Upload" />
      <span>
        {readableBytes(sent)} of {readableBytes(declaration.bytes)}
      </span>
    </div>
  ) : (
    <Trouble
      error={error}
      what="The file did not arrive."
      retry={() => {
        setError(undefined);
        next();
      }}
    />
  );
}

function Report({ findings: { secrets, personal } }: { findings: Findings }) {
  if (secrets.length + personal.length === 0) return null;
  return (
    <Notice tone={secrets.length > 0 ? 'bad' : 'warn'} title="What the scan found">
      <ul className="plain">
        {[...secrets, ...personal].map((finding) => (
          <li key={finding.kind}>{findingText(finding)}</li>
        ))}
      </ul>
      <p>
        {secrets.length > 0
          ? 'Take these keys and passwords out of use, remove them from the file, and offer it again.'
          : 'If you may not publish this, take the dataset back and remove it.'}
      </p>
    </Notice>
  );
}

function Withdraw({ offered: { ticket }, isRegistered }: { offered: Offered; isRegistered: boolean }) {
  const withdraw = useMutation({
    mutationFn: () => withdrawDataset(ticket),
    onSuccess: () => {
      forgetOffered(ticket.id);
      show({ kind: 'offer', dataset: undefined });
    },
  });
  return (
    <section className="sheet" aria-labelledby="withdraw">
      <details className="as-table">
        <summary id="withdraw">Take it back</summary>
        <div className="claim">
          <p>
            The gateway deletes the file and its text, and models made of it are no longer served.{' '}
            {isRegistered
              ? 'The record on the chain stays, and so does everything it was paid.'
              : 'Nothing of it is on the chain yet.'}
          </p>
          <button
            type="button"
            className="quiet"
            disabled={withdraw.isPending}
            onClick={() => withdraw.mutate()}
          >
            Delete it at the gateway
          </button>
          {withdraw.isError && <Trouble error={withdraw.error} what="It is still there." />}
        </div>
      </details>
    </section>
  );
}
