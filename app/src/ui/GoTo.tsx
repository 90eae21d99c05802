/** A link to another face of the page: a real link, followed without loading the page again. */
import type { MouseEvent, ReactNode } from 'react';
import { queryOf, show, useView, type View } from '../views.js';

export function GoTo(props: { view: View; children: ReactNode; className?: string; current?: boolean }) {
  useView(); // the link keeps what the address bar says
  const { view, children, className, current } = props;
  const query = queryOf(view, window.location.search);
  const follow = (event: MouseEvent) => {
    // New tabs and the like are the browser's.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(view);
  };
  return (
    <a
      href={query === '' ? './' : query}
      className={className}
      aria-current={current === true ? 'page' : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}
