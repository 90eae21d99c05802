/** A list of the API that is read page by page: what has come so far, and a button for more. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';

/** A page, and where the next one begins. */
interface PageOf<Entry> {
  readonly data: readonly Entry[];
  readonly next_cursor?: string | null | undefined;
}

interface Options<Entry> {
  /** What the list is of; the API's own address belongs to it. */
  readonly key: readonly unknown[];
  /** Asks for the page that begins at a cursor; without one, for the first. */
  readonly read: (cursor: string | undefined) => Promise<PageOf<Entry>>;
  /** The pages read so far are read again after so many milliseconds. */
  readonly pollMs?: number;
  /** What was read once stays so: it is about something settled. */
  readonly isSettled?: boolean;
  /** While another list is read, the one before it stays. */
  readonly keepsBefore?: boolean;
}

export function usePages<Entry>({ key, read, pollMs, isSettled, keepsBefore }: Options<Entry>) {
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: (page: PageOf<Entry>) => page.next_cursor ?? undefined,
    refetchInterval: pollMs ?? false,
    retry: 1,
    ...(isSettled ? { staleTime: Infinity } : {}),
    ...(keepsBefore ? { placeholderData: keepPreviousData } : {}),
  });
  return { query, entries: query.data?.pages.flatMap((page) => page.data) ?? [] };
}

/** Reads one page more, as long as there is one. */
export function More({ of, label }: { of: ReturnType<typeof usePages>['query']; label: string }) {
  if (!of.hasNextPage) return null;
  return (
    <button type="button" className="quiet" disabled={of.isFetching} onClick={() => void of.fetchNextPage()}>
      {label}
    </button>
  );
}
