/** Something wider than a phone: it scrolls by itself, by keyboard too, and has a name. */
import type { ReactNode } from 'react';

export function Scroll({
  label,
  className = '',
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // Who has only a keyboard scrolls a region that can have the focus.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={`scroll ${className}`.trim()} tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}
