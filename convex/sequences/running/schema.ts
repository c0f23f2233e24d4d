import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";

/** What becomes, after a pause, of what fell due in it (product.md 4.3): it goes late, never, or everything is put off. */
export const vResumption = literals("late", "skip", "shift");
export type Resumption = Infer<typeof vResumption>;

/** What becomes of the people inside an archived journey: they come to its end, or are taken out. */
export const vLastPeople = literals("finish", "stop");
export type LastPeople = Infer<typeof vLastPeople>;

/** A stretch of time that did not count, UTC ms. */
export const vGap = v.object({ from: v.number(), to: v.number() });

/** A pause that has not ended. */
export const vPaused = v.object({ at: v.number(), pauseId: v.id("deliveryPauses") });
