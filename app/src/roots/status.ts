/** What a root's status means, in words. */
export const ROOT_STATUS: Readonly<Record<string, string>> = {
  pending: 'in its challenge window',
  active: 'serves',
  vetoed: 'vetoed by a watcher',
  disabled: 'disabled after it served',
};
