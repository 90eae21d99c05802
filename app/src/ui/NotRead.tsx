/** Something of the explorer that could not be read: it is not there, or its answer did not come. */
import { ApiProblem } from '@tributary/sdk';
import { GoTo } from './GoTo.js';
import { Notice, Trouble } from './Notice.js';

export function NotRead(props: {
  readonly error: unknown;
  /** "root", "asset". */
  readonly what: string;
  readonly retry: () => void;
}) {
  const { error, what, retry } = props;
  if (!(error instanceof ApiProblem && error.problem === 'not_found')) {
    return <Trouble error={error} what={`This ${what} could not be read.`} retry={retry} />;
  }
  return (
    <Notice
      tone="warn"
      title={`There is no such ${what} here.`}
      action={
        <p className="ways">
          <GoTo view={{ kind: 'explore', vault: undefined }}>Look for it in the explorer</GoTo>
          <button type="button" className="linkish" onClick={retry}>
            Try again
          </button>
        </p>
      }
    >
      <p>The link may be misspelt, or of another network. What is very new can be read in a moment.</p>
    </Notice>
  );
}
