import { timingText } from "../timing";
import type { MessageTiming } from "./schema";

/** A message's timing in words: "7 days before start", or that it goes when the journey gets there. */
export function messageTimingText(timing: MessageTiming): string {
  return timing.kind === "reached" ? REACHED_TEXT : timingText(timing);
}

/** Said where there is no time of its own. */
export const REACHED_TEXT = "as soon as the journey gets there";
