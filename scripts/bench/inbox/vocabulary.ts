// Texts as people's are: few words in nearly every message, most words in hardly any (Zipf), lengths that differ.

const WORDS = 20_000;
/** How much less often the next word comes: the first of all are in half of the messages. */
const ZIPF_SHIFT = 3;
const MIN_LENGTH = 5;
const MAX_LENGTH = 45;
const SYLLABLES = "ka lo mi ne ru sa to vi be du fa gi ho ju pe ze".split(" ");

/** Numbers from 0 to below 1, the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The word of a rank; 0 is the most common one. */
export function wordOf(rank: number): string {
  let word = "";
  for (let rest = rank + SYLLABLES.length + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length];
  }
  return word;
}

const sums = Float64Array.from({ length: WORDS });
for (let rank = 0, sum = 0; rank < WORDS; rank++) sums[rank] = sum += 1 / (rank + ZIPF_SHIFT);

/** Words of a message. */
export function randomText(random: () => number): string {
  const length = MIN_LENGTH + Math.floor(random() * random() * (MAX_LENGTH - MIN_LENGTH));
  return Array.from({ length }, () => wordOf(randomRank(random))).join(" ");
}

function randomRank(random: () => number): number {
  const wanted = random() * (sums[WORDS - 1] ?? 0);
  let [low, high] = [0, WORDS - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
