import type { TemplateText } from "../model";
import type { TemplateVariable, WhatsAppParts } from "../schema";
import { NO_PARTS } from "../whatsapp";

// Two people change one text at once. Pure: the server merges what it keeps, the page what it shows while somebody types.

/** A stretch of the earlier text, from one letter to before another, and what stands there now. */
type Hunk = { from: number; to: number; insert: string };

/** Comparisons of letters; above that what differs counts as replaced as a whole. */
const MAX_COMPARISONS = 1_000_000;

/** What both made of `base`, part by part: of one that both changed, the words of both; where there are none, mine. */
export function mergeTexts(base: TemplateText, mine: TemplateText, theirs: TemplateText): TemplateText {
  const shortBody = mergeWords(base.shortBody ?? "", mine.shortBody ?? "", theirs.shortBody ?? "");
  const whatsapp =
    mine.whatsapp === undefined && theirs.whatsapp === undefined
      ? undefined
      : mergeParts(base.whatsapp ?? NO_PARTS, mine.whatsapp ?? NO_PARTS, theirs.whatsapp ?? NO_PARTS);
  return {
    subject: mergeWords(base.subject, mine.subject, theirs.subject),
    body: mergeWords(base.body, mine.body, theirs.body),
    layout: newer(base.layout, mine.layout, theirs.layout),
    variables: mergeVariables(base.variables, mine.variables, theirs.variables),
    ...(shortBody === "" ? {} : { shortBody }),
    // Of a document there are steps: one that is there already has words in it which mine does not have.
    ...withDocument(newer(base.document, theirs.document, mine.document)),
    ...(whatsapp === undefined ? {} : { whatsapp }),
  };
}

function withDocument(document: string | undefined): { document?: string } {
  return document === undefined ? {} : { document };
}

/** The one that was changed; of two the first. */
function newer<Value>(base: Value, first: Value, second: Value): Value {
  return isSame(first, base) ? second : first;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function mergeVariables(
  base: readonly TemplateVariable[],
  mine: readonly TemplateVariable[],
  theirs: readonly TemplateVariable[],
): TemplateVariable[] {
  const fallbackIn = (variables: readonly TemplateVariable[], name: string) =>
    variables.find((variable) => variable.name === name)?.fallback;
  const names = new Set([...theirs, ...mine].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const fallback = newer(fallbackIn(base, name), fallbackIn(mine, name), fallbackIn(theirs, name));
    return fallback === undefined ? [] : [{ name, fallback }];
  });
}

function mergeParts(base: WhatsAppParts, mine: WhatsAppParts, theirs: WhatsAppParts): WhatsAppParts {
  const names = new Set([...Object.keys(theirs.samples), ...Object.keys(mine.samples)]);
  const samples = [...names].flatMap((name) => {
    const sample = newer(base.samples[name], mine.samples[name], theirs.samples[name]);
    return sample === undefined ? [] : [[name, sample] as const];
  });
  return {
    header: mergeWords(base.header, mine.header, theirs.header),
    footer: mergeWords(base.footer, mine.footer, theirs.footer),
    buttons: newer(base.buttons, mine.buttons, theirs.buttons),
    samples: Object.fromEntries(samples),
  };
}

/** A text with what both did to it: all that either wrote, theirs first at the same place, without what either took away. */
export function mergeWords(base: string, mine: string, theirs: string): string {
  if (mine === base || mine === theirs) return theirs;
  if (theirs === base) return mine;
  const letters = Array.from(base);
  const [ours, others] = [hunksOf(letters, Array.from(mine)), hunksOf(letters, Array.from(theirs))];
  const isGone = (at: number) => [...ours, ...others].some(({ from, to }) => from <= at && at < to);
  const writtenAt = (at: number) => {
    const [own = "", other = ""] = [ours, others].map((hunks) => hunks.find(({ from }) => from === at)?.insert);
    return own === other ? own : other + own;
  };
  const kept = letters.map((letter, at) => writtenAt(at) + (isGone(at) ? "" : letter));
  return kept.join("") + writtenAt(letters.length);
}

/** Where a place in a text lies when the text has become another; counted as fields count, in UTF-16 units. */
export function placeAfter(before: string, after: string, place: number): number {
  const at = Array.from(before.slice(0, place)).length;
  let moved = place;
  for (const { from, to, insert } of hunksOf(Array.from(before), Array.from(after))) {
    if (from >= at) break;
    const gone = Array.from(before).slice(from, Math.min(to, at)).join("");
    moved += insert.length - gone.length;
  }
  return moved;
}

/** What makes one text of another, in order; parts that are the same lie between. */
function hunksOf(before: readonly string[], after: readonly string[]): Hunk[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const [old, next] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  if (old.length === 0 && next.length === 0) return [];
  const isSimple = old.length === 0 || next.length === 0 || old.length * next.length > MAX_COMPARISONS;
  const hunks = isSimple ? [{ from: 0, to: old.length, insert: next.join("") }] : hunksWithin(old, next);
  return hunks.map(({ from, to, insert }) => ({ from: start + from, to: start + to, insert }));
}

// The longest common subsequence, from its table of lengths.
function hunksWithin(before: readonly string[], after: readonly string[]): Hunk[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const hunks: Hunk[] = [];
  let open: Hunk | null = null;
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i] === after[j]) {
      open = null;
      i++;
      j++;
      continue;
    }
    if (open === null) {
      open = { from: i, to: i, insert: "" };
      hunks.push(open);
    }
    if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) open.to = ++i;
    else open.insert += after[j++] ?? "";
  }
  return hunks;
}
