import { secretsOf } from "../../connections/model";

/** Accounts whose secrets stay open: those that report most. */
const MAX_OPENED = 50;

type Sealed = Parameters<typeof secretsOf>[0];
type Secrets = Awaited<ReturnType<typeof secretsOf>>;

/**
 * What a provider's requests are verified with, opened once for as long as the process keeps it: two trips to the crypto
 * threads fewer for each of ten thousand reports. New secrets have another ciphertext, so nothing in here can be stale.
 * Throws what `secretsOf` throws. In a closure: a module that writes to its own variables is evaluated anew for each run.
 */
export const openedSecrets = rememberingSecrets();

function rememberingSecrets(): (account: Sealed) => Promise<Secrets> {
  const opened = new Map<string, Promise<Secrets>>();
  return async (account) => {
    const sealed = account.encryptedSecrets ?? "";
    const known = opened.get(sealed) ?? secretsOf(account);
    if (opened.size >= MAX_OPENED) opened.clear();
    opened.set(sealed, known);
    try {
      return await known;
    } catch (thrown) {
      opened.delete(sealed);
      throw thrown;
    }
  };
}
