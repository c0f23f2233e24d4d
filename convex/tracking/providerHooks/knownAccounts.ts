/** Accounts that are remembered: those that report most. */
const MAX_KNOWN = 50;

/**
 * Accounts by what names them in an address, for as long as the process keeps them. What is in here may be out of date: whoever
 * uses it has the database compare before anything is kept. In a closure: a module that writes to its own variables is
 * evaluated anew for each run.
 */
export function rememberingAccounts<A>() {
  const known = new Map<string, A>();
  return {
    get: (key: string): A | undefined => known.get(key),
    remember: (key: string, account: A): void => {
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(key, account);
    },
    forget: (key: string): void => void known.delete(key),
  };
}
