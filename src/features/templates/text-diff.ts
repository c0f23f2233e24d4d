/** A piece of two texts: in both, only in the earlier one, only in the later one. */
export type DiffPart = { kind: "same" | "removed" | "added"; text: string };

/** Comparisons of words; above that what differs is shown as replaced as a whole. */
const MAX_STEPS = 4_000_000;

/** What became of a text, word by word: the parts that are not `added` make the earlier one, those not `removed` the later. */
export function textDiff(before: string, after: string): DiffPart[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [oldWords, newWords] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const middle =
    oldWords.length * newWords.length > MAX_STEPS
      ? [...oldWords.map(part("removed")), ...newWords.map(part("added"))]
      : middleParts(oldWords, newWords);
  const same = part("same");
  return joined([...a.slice(0, start).map(same), ...middle, ...a.slice(a.length - end).map(same)]);
}

// With the space behind it: a space alone in common says nothing.
function wordsOf(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function part(kind: DiffPart["kind"]): (text: string) => DiffPart {
  return (text) => ({ kind, text });
}

// The longest common subsequence, from its table of lengths.
function middleParts(a: readonly string[], b: readonly string[]): DiffPart[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const parts: DiffPart[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [oldWord, newWord] = [a[i], b[j]];
    if (oldWord !== undefined && oldWord === newWord) {
      parts.push({ kind: "same", text: oldWord });
      i++;
      j++;
    } else if (oldWord !== undefined && (newWord === undefined || at(i + 1, j) >= at(i, j + 1))) {
      parts.push({ kind: "removed", text: oldWord });
      i++;
    } else {
      parts.push({ kind: "added", text: newWord ?? "" });
      j++;
    }
  }
  return parts;
}

function joined(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  for (const { kind, text } of parts) {
    const last = result.at(-1);
    if (last?.kind === kind) last.text += text;
    else result.push({ kind, text });
  }
  return result;
}
