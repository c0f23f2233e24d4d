import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { allTexts } from "./i18n";
import { loadSoon } from "./warm-up";

type Options = {
  /** What stands in its place until it is there. */
  meanwhile?: ReactNode;
};

let typed = "";

/** What was typed at a dialog while it was on its way: once, for the field that has the focus in it. */
export function typedMeanwhile(): string {
  // React may ask twice for what a state begins with.
  queueMicrotask(() => (typed = ""));
  return typed;
}

/** Keys typed at a dialog that is on its way are for it, and not for the screen below (src/lib/shortcuts.tsx). */
function DialogComing() {
  useEffect(() => {
    typed = "";
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.length === 1) typed += event.key;
      if (event.key === "Backspace") typed = typed.slice(0, -1);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return <span hidden role="dialog" data-modal="" />;
}

export const DIALOG_COMING: ReactNode = <DialogComing />;

/**
 * A component with a file of its own that the first screen does without: loaded after the first sign of a person or when
 * it is shown, whichever is first, with all texts. Once loaded it renders at once, without a moment of nothing. When it
 * cannot be loaded (no network), nothing is shown and the next time it is shown asks again.
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { meanwhile = null }: Options = {},
): ComponentType<P> {
  let ready: ComponentType<P> | null = null;
  const prepare = async () => {
    const [component] = await Promise.all([load(), allTexts()]);
    ready = component;
  };
  loadSoon(prepare);
  return function Later(props: P) {
    const [state, setState] = useState<"there" | "coming" | "failed">(ready === null ? "coming" : "there");
    useEffect(() => {
      if (state !== "coming") return;
      let isShown = true;
      const tell = (next: "there" | "failed") => () => {
        if (isShown) setState(next);
      };
      prepare().then(tell("there"), tell("failed"));
      return () => {
        isShown = false;
      };
    }, [state]);
    const Ready = ready;
    if (state === "failed") return null;
    return Ready === null ? meanwhile : <Ready {...props} />;
  };
}

/** What a lazy route or component loads, and the texts it may say. */
export async function withTexts<T>(load: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([load, allTexts()]);
  return loaded;
}
