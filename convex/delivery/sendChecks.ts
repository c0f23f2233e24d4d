import type { Purpose } from "../lib/closedSets";
import { nextAllowed, type QuietHours } from "./quietHours";
import { route, type Route, type RouteRequest } from "./router";
import type { Lane, MessageSource, SourceAnswer } from "./schema";

/** Marketing messages one person gets within 24 hours at most (product.md C-47). */
export const MARKETING_CAP_PER_DAY = 3;

/** All that is known about a due message at the moment of sending. */
export type SendFacts<Id extends string = string> = {
  now: number;
  lane: Lane;
  purpose: Purpose;
  sourceKind: MessageSource["kind"];
  sourceAnswer: SourceAnswer;
  quietHours: QuietHours;
  /** The person's zone, else the organisation's. */
  zone: string;
  /** Marketing messages that went to this person within the last 24 hours. */
  marketingSentToday: number;
  routing: RouteRequest<Id>;
};

/** What to do with a due message: a route, or "not now", or "not any more". */
export type SendDecision<Id extends string = string> =
  | Route<Id>
  | { kind: "wait"; until: number; rule: "quiet_hours" }
  | { kind: "skip"; rule: "source" | "frequency_cap"; reason: string; detail: string };

/**
 * Everything that is checked again right before sending (product.md 4.2 rule 7), cheapest and most final first: the
 * source still wants it, quiet hours (the critical lane and answers to a person who wrote are exempt), frequency cap,
 * then address, suppression and consent for each channel the router may take.
 */
export function decideSend<Id extends string>(facts: SendFacts<Id>): SendDecision<Id> {
  const { sourceAnswer, now } = facts;
  if (!sourceAnswer.wanted) {
    return { kind: "skip", rule: "source", reason: sourceAnswer.reason, detail: "the source took it back" };
  }
  const keepsQuiet = facts.lane !== "critical" && facts.sourceKind !== "agent";
  const allowedAt = keepsQuiet ? nextAllowed(now, facts.zone, facts.quietHours) : now;
  if (allowedAt > now) return { kind: "wait", until: allowedAt, rule: "quiet_hours" };
  if (facts.purpose === "marketing" && facts.marketingSentToday >= MARKETING_CAP_PER_DAY) {
    const detail = `${facts.marketingSentToday} marketing messages within 24 hours`;
    return { kind: "skip", rule: "frequency_cap", reason: "frequency_cap", detail };
  }
  return route(facts.routing);
}
