import { added, emptyHistogram, withValue, type Histogram } from "./histogram";

/** What is counted in one stretch of time (schema.ts says what each means). */
export type Figures = {
  accepted: number;
  refused: number;
  lost: number;
  delivered: number;
  read: number;
  bounced: number;
  failed: number;
  complained: number;
  unsubscribed: number;
  opened: number;
  clicked: number;
  errors: Record<string, number>;
  costMicros: number;
  segments: number;
  took: Histogram;
  queued: Histogram;
};

const COUNTS = [
  "accepted",
  "refused",
  "lost",
  "delivered",
  "read",
  "bounced",
  "failed",
  "complained",
  "unsubscribed",
  "opened",
  "clicked",
  "costMicros",
  "segments",
] as const;

export function noFigures(): Figures {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<(typeof COUNTS)[number], number>;
  return { ...counts, errors: {}, took: emptyHistogram(), queued: emptyHistogram() };
}

/** Both together. */
export function sum(a: Figures, b: Figures): Figures {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, a[name] + b[name]])) as Record<
    (typeof COUNTS)[number],
    number
  >;
  const errors = { ...a.errors };
  for (const [name, count] of Object.entries(b.errors)) errors[name] = (errors[name] ?? 0) + count;
  return { ...counts, errors, took: added(a.took, b.took), queued: added(a.queued, b.queued) };
}

/** A provider call that ended. */
export type AttemptFact = {
  outcome: { kind: "accepted" | "lost" | "released" } | { kind: "refused"; failure: { class: string } };
  tookMs?: number;
  queuedMs?: number;
  priceMicros?: number;
  segments?: number;
};

/** The figures with one more attempt. One that was given back never reached the provider and counts nowhere. */
export function withAttempt(figures: Figures, attempt: AttemptFact): Figures {
  const { outcome, tookMs, queuedMs, priceMicros = 0, segments = 0 } = attempt;
  if (outcome.kind === "released") return figures;
  const next = { ...figures, [outcome.kind]: figures[outcome.kind] + 1 };
  if (outcome.kind === "refused") {
    const name = outcome.failure.class;
    next.errors = { ...figures.errors, [name]: (figures.errors[name] ?? 0) + 1 };
  } else if (outcome.kind === "accepted") {
    next.costMicros += priceMicros;
    next.segments += segments;
    if (queuedMs !== undefined) next.queued = withValue(figures.queued, Math.max(0, queuedMs));
  }
  if (tookMs !== undefined) next.took = withValue(figures.took, Math.max(0, tookMs));
  return next;
}

/** A provider's report about a message. */
export type ReceiptFact = { kind: string; isMachine?: boolean; isTransient?: boolean; priceMicros?: number };

const REPORTED = ["delivered", "read", "bounced", "failed", "complained", "unsubscribed", "opened", "clicked"] as const;

/** The figures with one more report. Machines read nothing; what the provider still tries has not bounced. */
export function withReceipt(figures: Figures, { kind, isMachine, isTransient }: ReceiptFact): Figures {
  const counted = REPORTED.find((name) => name === kind);
  if (counted === undefined || isTransient === true) return figures;
  if (isMachine === true && (counted === "opened" || counted === "clicked")) return figures;
  return { ...figures, [counted]: figures[counted] + 1 };
}
