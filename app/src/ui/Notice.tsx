/** One message about a state, with what to do next. Errors are announced, the rest waits its turn. */
import type { ReactNode } from 'react';
import { OutcomeUnknown, TributaryError } from '@tributary/sdk';

export type Tone = 'calm' | 'good' | 'warn' | 'bad';

export function Notice(props: { tone: Tone; title: string; children?: ReactNode; action?: ReactNode }) {
  const { tone, title, children, action } = props;
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p className="notice-title">{title}</p>
      {children !== undefined && <div className="notice-body">{children}</div>}
      {action}
    </div>
  );
}

/** An error as a sentence, the next step, and a way to try again. */
export function Trouble(props: { error: unknown; what: string; retry?: () => void; tone?: Tone }) {
  const { error, retry } = props;
  // What was sent and not heard of again is no failure: it may have been done.
  const isOpen = error instanceof OutcomeUnknown;
  const what = isOpen ? 'It was sent; how it ended is not known yet.' : props.what;
  const tone = isOpen ? 'warn' : (props.tone ?? 'bad');
  const known = error instanceof TributaryError;
  return (
    <Notice
      tone={tone}
      title={what}
      action={
        retry && (
          <button type="button" className="quiet" onClick={retry}>
            Try again
          </button>
        )
      }
    >
      <p>{known ? asSentence(error.message) : 'Something unexpected happened in this page.'}</p>
      <p className="next-step">
        {known ? error.nextStep : `Reload the page. ${error instanceof Error ? error.message : ''}`}
      </p>
    </Notice>
  );
}

/** Details of the API begin small, as parts of a problem. */
function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** A place kept for something that is on its way, about as tall as it will be. */
export function Waiting({ what, lines = 1 }: { what: string; lines?: number }) {
  return (
    <div className="waiting" role="status">
      <span className="visually-hidden">Loading {what}…</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="waiting-line" aria-hidden="true" />
      ))}
    </div>
  );
}
