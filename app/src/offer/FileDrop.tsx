/** A place to drop a file on; a click or the keyboard opens the usual dialogue. */
import { useId, useState, type DragEvent } from 'react';
import { readableBytes, wrongFile } from './declaration.js';

export function FileDrop(props: {
  readonly file: File | undefined;
  readonly onFile: (file: File) => void;
  readonly title: string;
}) {
  const { file, onFile, title } = props;
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const take = (taken: File | undefined): void => {
    if (!taken) return;
    const why = wrongFile(taken);
    setWrong(why);
    if (why === undefined) onFile(taken);
  };
  const over = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <div>
      <label
        htmlFor={id}
        className={isOver ? 'drop over' : 'drop'}
        onDragEnter={over}
        onDragOver={over}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <svg viewBox="0 0 64 40" width="64" height="40" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M2 6c18 0 18 14 60 14M2 34c18 0 18-14 60-14M2 20h60" strokeWidth="2.5" />
        </svg>
        <span className="drop-title">{file ? file.name : title}</span>
        <small>
          {file
            ? `${readableBytes(file.size)} · drop another to change it`
            : 'or press to choose one: text, JSON Lines, CSV or Parquet, at most 268 MB'}
        </small>
      </label>
      <input
        id={id}
        type="file"
        className="visually-hidden"
        accept=".txt,.md,.jsonl,.ndjson,.csv,.parquet,text/*"
        onChange={(event) => take(event.currentTarget.files?.[0])}
      />
      {wrong !== undefined && (
        <p className="field-error" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
