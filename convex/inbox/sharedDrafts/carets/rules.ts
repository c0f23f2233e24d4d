// How often a caret in a shared draft is told of, and how it is told apart. Pure; the browser goes by the same numbers.

/** Somebody who neither writes nor moves for that long is not shown any more. */
export const CARET_PAUSE_MS = 60_000;

/** Whoever goes on writing says so again after that: two lost words of it make nobody look absent. */
export const CARET_REFRESH_MS = 20_000;

/** Between two places of one editor: three writes a second follow the eye, more are work for everybody. */
export const CARET_GAP_MS = 300;

/** Colours there are: those of the tokens `--caret-1` and on. */
export const CARET_TONES = 6;

/** A member's colour among those that are taken: the same every time, unless somebody has it. 0 to `CARET_TONES` - 1. */
export function toneOf(memberId: string, taken: readonly number[]): number {
  let sum = 0;
  for (const letter of memberId) sum += letter.charCodeAt(0);
  for (let step = 0; step < CARET_TONES; step += 1) {
    const tone = (sum + step) % CARET_TONES;
    if (!taken.includes(tone)) return tone;
  }
  return sum % CARET_TONES;
}
