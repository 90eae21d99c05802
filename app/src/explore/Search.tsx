/**
 * One box for everything public: words of names, addresses, hashes. Matches are
 * links; the arrow keys walk through them, Enter follows, Escape leaves.
 */
import { useEffect, useId, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { address, isAddress } from '@solana/kit';
import { useNetwork } from '../network/Network.js';
import { GoTo } from '../ui/GoTo.js';
import { Trouble } from '../ui/Notice.js';
import { isAskable, kindText, QUESTION_CHARS_MAX, titleOf, viewOfMatch, type Match } from './found.js';

/** Who still types is not asked for. */
const TYPING_MS = 180;

export function Search() {
  const { api } = useNetwork();
  const [text, setText] = useState('');
  const [question, setQuestion] = useState('');
  const [isOpen, setOpen] = useState(false);
  const found = useQuery({
    queryKey: ['search', api.baseUrl, question],
    enabled: isAskable(question),
    queryFn: async () => (await api.get('/v1/search', { q: question })).data,
    staleTime: 10_000,
    retry: 1,
  });
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  /** What Enter was pressed for before there was an answer. */
  const wanted = useRef<string>(undefined);

  useEffect(() => {
    const timer = setTimeout(() => setQuestion(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    if (!found.data || wanted.current !== question) return;
    wanted.current = undefined;
    follow(form.current);
  }, [question, found.data]);

  const submit = (asked: string) => {
    setOpen(true);
    if (asked === question && found.data) return follow(form.current);
    wanted.current = asked;
    setQuestion(asked);
  };
  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setOpen(false);
      form.current?.querySelector('input')?.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setOpen(true);
    const all: HTMLElement[] = [...(form.current?.querySelectorAll<HTMLElement>('input, .found a') ?? [])];
    const here = all.indexOf(document.activeElement as HTMLElement);
    all[(here + step + all.length) % all.length]?.focus();
  };
  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  };
  const isShown = isOpen && isAskable(text);
  return (
    // The keys are for the box and its links alike.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={form}
      className="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit(text.trim());
      }}
      onKeyDown={walk}
      onBlur={leave}
    >
      <label htmlFor={id}>Find by name, address or hash</label>
      <input
        id={id}
        type="search"
        name="q"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={QUESTION_CHARS_MAX}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
      />
      {isShown && (
        <div className="found">
          {found.isError ? (
            <Trouble
              error={found.error}
              tone="warn"
              what="The search needs the API, which did not answer."
              retry={() => void found.refetch()}
            />
          ) : found.data ? (
            <Matches question={question} matches={found.data.matches} isCut={found.data.is_cut} />
          ) : (
            <p role="status">Looking…</p>
          )}
        </div>
      )}
    </form>
  );
}

/** One match needs no second look; of several the first has the focus, and Enter follows it. */
function follow(form: HTMLFormElement | null): void {
  const [first, second] = form?.querySelectorAll<HTMLAnchorElement>('.matches a') ?? [];
  if (first && !second) first.click();
  else first?.focus();
}

function Matches(props: { question: string; matches: readonly Match[]; isCut: boolean }) {
  const { question, matches, isCut } = props;
  if (matches.length === 0) return <NothingFound question={question} />;
  return (
    <>
      <p className="visually-hidden" role="status">
        {matches.length === 1 ? 'One match' : `${matches.length} matches`}. The arrow keys lead through them.
      </p>
      <ul className="matches">
        {matches.map((match) => (
          <li key={`${match.kind} ${match.id}`}>
            <MatchLink match={match} />
          </li>
        ))}
      </ul>
      {isCut && <p className="soft">There are more. Write another word of the name.</p>}
    </>
  );
}

function MatchLink({ match }: { match: Match }) {
  const { api } = useNetwork();
  const view = viewOfMatch(match);
  const text = (
    <>
      <span>{titleOf(match)}</span> <small>{kindText(match)}</small>
    </>
  );
  return view ? <GoTo view={view}>{text}</GoTo> : <a href={`${api.baseUrl}/v1/files/${match.id}`}>{text}</a>;
}

/** Nothing is no dead end: it says what can be found, and where an unknown address can be looked at. */
function NothingFound({ question }: { question: string }) {
  if (isAddress(question)) {
    return (
      <>
        <p role="status">Nothing here has this address: it registered, earned and paid nothing.</p>
        <p>
          <GoTo view={{ kind: 'earnings', claimant: address(question) }}>Look at its empty statement</GoTo>
        </p>
      </>
    );
  }
  return (
    <p role="status">
      Nothing here is called “{question}”. Names are found by the beginnings of their words; addresses and
      hashes must be whole.
    </p>
  );
}
