import { createContext, type ReactNode, startTransition, use, useEffect, useMemo, useState } from "react";

/** Who opens the next conversation within this time walks through the list: what is passed by is only read. */
const WALK_MS = 600;
/** And who stays for this long has arrived. */
const STAY_MS = 250;

type Step = "opened" | "staying" | "writing" | "reading";
type Settled = { isStaying: boolean; mayWrite: boolean; mayRead: boolean };

const SettledContext = createContext<Settled>({ isStaying: true, mayWrite: true, mayRead: true });

const opened = { lastAt: -Infinity };

/**
 * What of the screen is there for conversation `id`. First what was said. Who looks at it, where one writes and what is
 * known of the person come one after the other, each in pieces that keep no frame waiting; for somebody who walks through
 * the list once they stay.
 */
export function Settling({ id, children }: { id: string; children: ReactNode }) {
  const [at, setAt] = useState<{ id: string; step: Step }>({ id, step: "opened" });
  const step = at.id === id ? at.step : "opened";
  useEffect(() => {
    const now = performance.now();
    const isWalking = now - opened.lastAt < WALK_MS;
    opened.lastAt = now;
    const arrive = () => startTransition(() => setAt({ id, step: "staying" }));
    const timer = setTimeout(arrive, isWalking ? STAY_MS : 0);
    return () => clearTimeout(timer);
  }, [id]);
  useEffect(() => {
    if (step === "staying") startTransition(() => setAt({ id, step: "writing" }));
    if (step === "writing") startTransition(() => setAt({ id, step: "reading" }));
  }, [id, step]);
  const settled = useMemo(
    () => ({
      isStaying: step !== "opened",
      mayWrite: step === "writing" || step === "reading",
      mayRead: step === "reading",
    }),
    [step],
  );
  return <SettledContext value={settled}>{children}</SettledContext>;
}

/** How far somebody has settled with the conversation on the screen. */
export function useSettled(): Settled {
  return use(SettledContext);
}
