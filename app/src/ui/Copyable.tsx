/** An address or hash, shortened, that copies itself whole. */
import { useEffect, useState } from 'react';
import { shortened } from './amount.js';

export function Copyable({
  text,
  what,
  head,
  tail,
}: {
  text: string;
  what: string;
  head?: number;
  tail?: number;
}) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1600);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed'); // without permission the title still shows it whole
    }
  };
  return (
    <button type="button" className="copyable" title={text} onClick={() => void copy()} data-state={state}>
      <span aria-hidden="true">{shortened(text, head, tail)}</span>
      <svg viewBox="0 0 12 12" width="11" height="11" fill="none" stroke="currentColor" aria-hidden="true">
        <path d="M4 4V1.5h6.5V8H8M1.5 4H8v6.5H1.5z" />
      </svg>
      <span className="visually-hidden">
        Copy {what} {text}
      </span>
      <span className="copied" role="status">
        {state === 'copied' ? 'copied' : state === 'failed' ? 'not allowed' : ''}
      </span>
    </button>
  );
}
