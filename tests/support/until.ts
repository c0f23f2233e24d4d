const LONGEST_WAIT_MS = 60_000;
const BETWEEN_LOOKS_MS = 10;

/** Looks again and again until `probe` gives something other than null, false or undefined. Fails after `longestMs`. */
export async function until<T>(
  what: string,
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  longestMs = LONGEST_WAIT_MS,
): Promise<T> {
  const deadline = performance.now() + longestMs;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
  }
}
