import type { BrowserContext, Page } from "playwright-core";

// Whether a page has what it asked for, read from what it says to the backend: a screen that shows a part of its content
// looks like one that has nothing more to show.

type Talk = { asked: number; answered: number };

declare global {
  interface Window {
    /** Of each connection of this document to the backend: the newest set of questions, and the newest that is answered. */
    talks?: Talk[];
  }
}

/** Listens to what the documents of the context ask from now on. */
export async function listenIn(context: BrowserContext): Promise<void> {
  // Some compilers name functions by a helper that pages do not have.
  await context.addInitScript({ content: "globalThis.__name ??= (named) => named;" });
  await context.addInitScript(listen);
}

/**
 * Waits until the page has an answer to all it asked, has shown it, and has asked nothing more because of it. A page
 * without script asks nothing.
 */
export async function untilAnswered(page: Page): Promise<void> {
  await page.waitForFunction(hasAllAnswers);
  await page.waitForFunction(hasAllAnswers);
}

// Runs in the page, twice in a row: between the two are frames, in which an answer is shown and leads to new questions.
function hasAllAnswers(): Promise<boolean> {
  const isAnswered = () => (window.talks ?? []).every(({ asked, answered }) => answered >= asked);
  return new Promise((resolve) => {
    if (!isAnswered()) resolve(false);
    else requestAnimationFrame(() => requestAnimationFrame(() => resolve(isAnswered())));
  });
}

// Runs in the page, before its own scripts.
function listen(): void {
  const talks: Talk[] = [];
  window.talks = talks;
  const numberIn = (data: unknown, pattern: RegExp) => {
    const found = typeof data === "string" ? pattern.exec(data) : null;
    return found === null ? null : Number(found[1]);
  };
  window.WebSocket = class extends WebSocket {
    readonly #talk: Talk = { asked: 0, answered: 0 };

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      talks.push(this.#talk);
      this.addEventListener("message", ({ data }) => {
        this.#talk.answered =
          numberIn(data, /^\{"type":"Transition",.*?"endVersion":\{"querySet":(\d+)/) ?? this.#talk.answered;
      });
      this.addEventListener("close", () => talks.splice(talks.indexOf(this.#talk), 1));
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      this.#talk.asked = numberIn(data, /^\{"type":"ModifyQuerySet",.*?"newVersion":(\d+)/) ?? this.#talk.asked;
      super.send(data);
    }
  };
}
