/** How far a dataset has come, from the events of its intake. Pure: the page only draws this. */
import { DATASET_STEPS, type DatasetEvent, type DatasetFinding, type DatasetStep } from '@tributary/sdk';

/** How a step stands. */
export type IntakeState = 'ahead' | 'now' | 'done' | 'stopped';

export interface IntakeStep {
  readonly name: DatasetStep;
  readonly state: IntakeState;
  /** What came of it, or what it waits for; empty while nothing is known. */
  readonly found: string;
}

/** What the scan found; nothing before it has run. */
export interface Findings {
  readonly secrets: readonly DatasetFinding[];
  readonly personal: readonly DatasetFinding[];
}

export interface Intake {
  readonly steps: readonly IntakeStep[];
  readonly at: DatasetStep | undefined;
  /** Whether answers are compared with it: what is left then changes nothing about that. */
  readonly isEarning: boolean;
  readonly findings: Findings | undefined;
  /** The founder of the cluster it joins. */
  readonly like: string | undefined;
  readonly asset: string | undefined;
  readonly isWithdrawn: boolean;
}

/** Which step an event says is done. */
const DONE: Readonly<Record<string, DatasetStep>> = {
  uploaded: 'upload',
  validated: 'validate',
  scanned: 'scan',
  compared: 'compare',
  published: 'publish',
  registered: 'register',
  indexed: 'index',
  embedded: 'embed',
};

export function intakeOf(events: readonly DatasetEvent[]): Intake {
  const found = new Map<DatasetStep, string>();
  let [said, isStopped, isWithdrawn] = ['', false, false];
  let [findings, like, asset]: [Findings | undefined, string | undefined, string | undefined] = [
    undefined,
    undefined,
    undefined,
  ];
  for (const { kind, body } of events) {
    findings = findingsOf(body.report) ?? findings;
    like = textOf(body.like) ?? like;
    asset = textOf(body.asset) ?? asset;
    const step = DONE[kind];
    if (step) found.set(step, resultOf(step, body));
    isWithdrawn ||= kind === 'withdrawn';
    isStopped = kind === 'parked';
    const reason = textOf(body.reason) ?? '';
    said =
      kind === 'parked' || kind === 'waiting'
        ? sentence(reason)
        : kind === 'failed'
          ? `${sentence(reason)} It is tried again in ${numberOf(body.again_in_s)} s.`
          : '';
  }
  const at = DATASET_STEPS.find((step) => !found.has(step));
  const stateOf = (step: DatasetStep): IntakeState =>
    found.has(step)
      ? 'done'
      : // Without a server for embeddings that step waits, and nothing is wrong.
        step !== at || (step === 'embed' && isStopped)
        ? 'ahead'
        : isStopped || isWithdrawn
          ? 'stopped'
          : 'now';
  const steps = DATASET_STEPS.map((name) => ({
    name,
    state: stateOf(name),
    found: found.get(name) ?? (name === at ? said : ''),
  }));
  return { steps, at, isEarning: found.has('index'), findings, like, asset, isWithdrawn };
}

function resultOf(step: DatasetStep, body: DatasetEvent['body']): string {
  const number = (field: string): string => numberOf(body[field]).toLocaleString('en');
  switch (step) {
    case 'upload':
      return `${number('bytes')} bytes arrived; they hash to what you signed.`;
    case 'validate':
      return body.format === 'text'
        ? `Plain text of ${number('text_bytes')} bytes, UTF-8 throughout.`
        : `${number('records')} records, ${number('text_bytes')} bytes of text.`;
    case 'scan': {
      const found = findingsOf(body.report);
      return !found || found.secrets.length + found.personal.length === 0
        ? 'No secrets and no personal data were found.'
        : 'What was found is listed below.';
    }
    case 'compare':
      return textOf(body.like) === undefined
        ? `Unlike all ${number('compared_with')} texts that are registered.`
        : 'A text like it is registered already; see below.';
    case 'publish':
      return 'The text and its description can be had by their hashes.';
    case 'register':
      return 'The record is final.';
    case 'index':
      return `Answers are compared with it from slot ${number('graph_slot')} on.`;
    case 'embed':
      return 'Answers are compared with it by meaning too.';
  }
}

/** "2 e-mail addresses" would need a plural of every kind: "e-mail address, 2 times" does not. */
export function findingText({ kind, count, lines, begins }: DatasetFinding): string {
  const times = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
  const places = lines.map((line) => line.toLocaleString('en')).join(', ');
  const more = count > lines.length ? ' and further ones' : '';
  return `${kind}, ${times}: line ${places}${more} (begins “${begins}”)`;
}

function sentence(text: string): string {
  if (text === '') return '';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

function findingsOf(value: unknown): Findings | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { secrets, personal } = value as Record<string, unknown>;
  return Array.isArray(secrets) && Array.isArray(personal)
    ? { secrets: secrets as DatasetFinding[], personal: personal as DatasetFinding[] }
    : undefined;
}
