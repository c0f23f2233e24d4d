/**
 * Makes `count` writes, numbered from `first`, at `perSecond`, each after the one before was acknowledged. Gives when
 * each was, in milliseconds of `performance.now()`.
 */
export async function pacedWrites(
  first: number,
  count: number,
  perSecond: number,
  write: (n: number) => Promise<unknown>,
): Promise<number[]> {
  const acknowledgedMs: number[] = [];
  for (let n = first; n < first + count; n++) {
    const startedMs = performance.now();
    await write(n);
    acknowledgedMs.push(performance.now());
    const pauseMs = 1000 / perSecond - (performance.now() - startedMs);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, pauseMs)));
  }
  return acknowledgedMs;
}
