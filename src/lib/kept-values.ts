/**
 * The values of live queries as they were last told over one connection, so that only what changed has to be sent.
 * In frames of a backend that was asked for it (`embedded/sync/kept-values.ts`) stands, between two U+0001 that no JSON text
 * has, the number of a query and a sign: `=` and its value, to be kept; `~` and what makes the new value of the
 * kept one; `-` when it may be forgotten.
 */
export class KeptValues {
  readonly #texts = new Map<number, string>();

  /** The frame as it would have been without anything kept. Throws when it refers to what was never told. */
  restore(frame: string): string {
    return frame
      .split(MARK)
      .map((part, at) => (at % 2 === 0 ? part : this.#valueOf(part)))
      .join("");
  }

  #valueOf(part: string): string {
    const [, id = "", sign = "", rest = ""] = /^(\d+)([=~-])([^]*)$/.exec(part) ?? [];
    const queryId = Number(id);
    if (sign === "-") {
      this.#texts.delete(queryId);
      return "";
    }
    const text = sign === "=" ? rest : applied(rest, this.#texts.get(queryId));
    this.#texts.set(queryId, text);
    return text;
  }
}

const MARK = "\u0001";
const COPY = "\u0002";
const END_OF_COPY = "\u0003";

/** Whether a frame refers to kept values at all. */
export function isMarked(frame: string): boolean {
  return frame.includes(MARK);
}

/** Text as it is, and parts of the base as `U+0002 start,length U+0003`. */
function applied(delta: string, base: string | undefined): string {
  if (base === undefined) throw new Error("A change of a value that was never told");
  const [head = "", ...copies] = delta.split(COPY);
  const parts = copies.map((copy) => {
    const end = copy.indexOf(END_OF_COPY);
    const [start = NaN, length = NaN] = copy.slice(0, end).split(",").map(Number);
    return base.slice(start, start + length) + copy.slice(end + 1);
  });
  return head + parts.join("");
}
