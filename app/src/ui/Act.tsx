/** A form whose deed takes a while: one button, what is happening, and how it ended. */
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Notice, Trouble } from './Notice.js';

export function Act(props: {
  /** What the button says. */
  readonly does: string;
  readonly doing: string;
  /** Reads the fields: what to do, or what is wrong with them. */
  readonly read: (fields: FormData) => string | (() => Promise<ReactNode>);
  readonly failed: string;
  /** What is said above the outcome. */
  readonly done?: string;
  readonly children?: ReactNode;
  readonly disabled?: boolean;
}) {
  const { does, doing, read, failed, done = 'Done.', children, disabled } = props;
  const [wrong, setWrong] = useState<string>();
  const deed = useMutation({ mutationFn: (run: () => Promise<ReactNode>) => run() });
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const meant = read(new FormData(event.currentTarget));
    setWrong(typeof meant === 'string' ? meant : undefined);
    if (typeof meant !== 'string') deed.mutate(meant);
  };
  return (
    <form className="act" onSubmit={submit} noValidate>
      {children}
      {wrong !== undefined && (
        <p className="field-error" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" className="quiet" disabled={deed.isPending || disabled === true}>
        {deed.isPending ? doing : does}
      </button>
      {deed.isSuccess && (
        <Notice tone="good" title={done}>
          {deed.data}
        </Notice>
      )}
      {deed.isError && <Trouble error={deed.error} what={failed} />}
    </form>
  );
}

/** A field's text. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
