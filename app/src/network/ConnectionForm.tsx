/** Where to look when the page's own answers are not to be had, or not to be trusted. */
import { useId, useState, type SyntheticEvent } from 'react';
import { httpUrl, type Settings } from './settings.js';

interface Props {
  readonly settings: Settings;
  readonly rpcUrl: string | undefined;
  readonly change: (next: {
    api: string | undefined;
    rpc: string | undefined;
    files: readonly string[];
  }) => void;
}

export function ConnectionForm({ settings, rpcUrl, change }: Props) {
  const id = useId();
  const [wrong, setWrong] = useState<string>();
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const files = text('files').split(/\s+/).filter(Boolean);
    const bad = [text('api'), text('rpc'), ...files].find((url) => url !== '' && httpUrl(url) === undefined);
    setWrong(bad);
    if (bad === undefined) change({ api: text('api') || undefined, rpc: text('rpc') || undefined, files });
  };
  return (
    <form className="connection" onSubmit={submit}>
      <label htmlFor={`${id}-rpc`}>
        Solana RPC <small>in use: {rpcUrl ?? 'none'}</small>
      </label>
      <input
        id={`${id}-rpc`}
        name="rpc"
        inputMode="url"
        defaultValue={settings.rpc ?? ''}
        placeholder="as the API says"
      />
      <label htmlFor={`${id}-api`}>API</label>
      <input id={`${id}-api`} name="api" inputMode="url" defaultValue={settings.api} />
      <label htmlFor={`${id}-files`}>
        More places with published files <small>one a line; {'{hash}'} stands for a file’s hash</small>
      </label>
      <textarea id={`${id}-files`} name="files" rows={2} defaultValue={settings.files.join('\n')} />
      {wrong !== undefined && (
        <p className="field-error" role="alert">
          “{wrong}” is not an http or https address.
        </p>
      )}
      <button type="submit" className="quiet">
        Use these
      </button>
    </form>
  );
}
