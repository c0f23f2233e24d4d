/** What waits this long for somebody who does not answer any more goes by itself. */
const MOST_WAIT_MS = 2_000;

type Given<R> = { kind: "done"; answer: R } | { kind: "lead" } | { kind: "alone" };

/** Does something with many items at once; answers one by one, in their order. */
type Perform<T, R> = (items: T[]) => Promise<R[]>;

/**
 * Brings together what comes while something of its kind is under way: the first goes at once and alone, all who came
 * meanwhile go together after it, at most `most` at a time, led by the one who waited longest. Where many fail together each
 * goes by itself, so one never spoils it for the others. `perform` may run twice for an item: it must recognise it. Each caller
 * brings its own `perform`, because whoever leads does so as long as it is there itself.
 */
export function gathering<T, R>(most: number): (item: T, perform: Perform<T, R>) => Promise<R> {
  const waiting: { item: T; give: (given: Given<R>) => void }[] = [];
  // An object, because the module's own variables are nobody's to write.
  const state = { leader: null as object | null };

  const wait = (item: T): Promise<Given<R>> =>
    new Promise((resolve) => {
      const entry = {
        item,
        give: (given: Given<R>) => {
          clearTimeout(timer);
          resolve(given);
        },
      };
      const timer = setTimeout(() => {
        const place = waiting.indexOf(entry);
        if (place >= 0) waiting.splice(place, 1);
        // Who leads is not there any more: the next one leads.
        state.leader = null;
        resolve({ kind: "alone" });
      }, MOST_WAIT_MS);
      waiting.push(entry);
    });

  const lead = async (item: T, perform: Perform<T, R>): Promise<R> => {
    const me = {};
    state.leader = me;
    const others = waiting.splice(0, most - 1);
    try {
      const [own, ...answers] = await perform([item, ...others.map((other) => other.item)]);
      for (const [place, other] of others.entries()) {
        const answer = answers[place];
        other.give(answer === undefined ? { kind: "alone" } : { kind: "done", answer });
      }
      if (own === undefined) throw new Error("An item was not answered.");
      return own;
    } catch (thrown) {
      for (const other of others) other.give({ kind: "alone" });
      if (others.length === 0) throw thrown;
    } finally {
      if (state.leader === me) {
        const next = waiting.shift();
        state.leader = next === undefined ? null : {};
        next?.give({ kind: "lead" });
      }
    }
    return await alone(item, perform);
  };

  return async (item, perform) => {
    if (state.leader === null) return await lead(item, perform);
    const given = await wait(item);
    if (given.kind === "done") return given.answer;
    return given.kind === "lead" ? await lead(item, perform) : await alone(item, perform);
  };
}

async function alone<T, R>(item: T, perform: Perform<T, R>): Promise<R> {
  const [answer] = await perform([item]);
  if (answer === undefined) throw new Error("An item was not answered.");
  return answer;
}
