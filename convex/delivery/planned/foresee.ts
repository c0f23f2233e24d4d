import { longestHold, waitedTooLong, type Span } from "../holds/rules";
import { gapEnd, objectionTo, type MessageFacts, type Objection } from "../sendChecks";
import type { Settings } from "../settings/schema";
import type { Allowed } from "../time/windows";

// What will become of all that one person is to get, by the rules that send time asks (product.md O-3): the messages go
// in the order of their times, and each sees those before it. Pure.

/** A message that is pushed on more often than this has no place to go. */
const MAX_PUSHES = 200;

/** A message ahead, with what the send checks know of it. */
export type LaneMessage<Id> = {
  id: Id;
  /** UTC ms. */
  dueAt: number;
  facts: Omit<MessageFacts, "now" | "sourceAnswer" | "waitedTooLong" | "cappedSentAt">;
  isAutomatic: boolean;
  /** Of the capped purposes: it counts for the cap and is counted out by it. */
  counts: boolean;
  /** A member or a pause keeps it back, or its way is closed: it does not leave by itself. */
  stop: LaneStop | null;
  /** It waits for talks with its recipient. */
  waitsForTalk: boolean;
  /** It does so already, since then. */
  waitingSince: number | null;
  /** A member let it go whatever is talked about. */
  passesHolds: boolean;
  /** The first allowed hour at or after an instant; null: none. */
  allowedAt(at: number): Allowed | null;
};

/** Why a message does not leave by itself. `reason` is for people: a member's words or a stable code. */
export type LaneStop =
  { kind: "waits"; rule: "member" | "paused"; reason: string } | { kind: "dropped"; rule: string; reason: string };

/** What moved a message on, and until when. `because`: the message it keeps its distance from, where that is ahead too. */
type Push<Id> = { rule: string; to: number; because: Id | null };

/** What is foreseen of a message, as things stand now. */
export type Foreseen<Id> =
  | { kind: "leaves"; at: number; pushes: Push<Id>[] }
  /** Until somebody does something about it. */
  | { kind: "waits"; rule: "member" | "paused" | "human_first"; reason: string }
  | { kind: "dropped"; at: number; rule: string; reason: string; pushes: Push<Id>[] };

export type LaneFacts = {
  now: number;
  /** When the person got what counts for the cap, within the last week. */
  sentAt: readonly number[];
  settings: Settings;
  /** Talks with the person. */
  holds: readonly Span[];
};

type Place<Id> = { message: LaneMessage<Id>; order: number; at: number; heldMs: number; pushes: Push<Id>[] };
type Departure<Id> = { at: number; id: Id };

/** What becomes of each message; `messages` in the order in which they were queued, which decides between equal times. */
export function foreseeLane<Id>(messages: readonly LaneMessage<Id>[], facts: LaneFacts): Map<Id, Foreseen<Id>> {
  const outcomes = new Map<Id, Foreseen<Id>>();
  const gone: Departure<Id>[] = [];
  const ahead = messages.map((message, order): Place<Id> => {
    return { message, order, at: Math.max(facts.now, message.dueAt), heldMs: message.facts.heldMs, pushes: [] };
  });
  while (ahead.length > 0) {
    ahead.sort((a, b) => a.at - b.at || a.order - b.order);
    const place = ahead.shift();
    if (place === undefined) break;
    const { message } = place;
    const next = nextOf(place, gone, facts);
    if (next.kind === "pushed" && place.pushes.length < MAX_PUSHES) {
      ahead.push(next.place);
      continue;
    }
    if (next.kind === "leaves" && message.counts) gone.push({ at: next.at, id: message.id });
    outcomes.set(
      message.id,
      next.kind === "pushed" ? { kind: "dropped", at: place.at, ...NO_PLACE, pushes: place.pushes } : next,
    );
  }
  return outcomes;
}

const NO_PLACE = { rule: "no_hour", reason: "no_hour" } as const;

type Next<Id> = Foreseen<Id> | { kind: "pushed"; place: Place<Id> };

// In the order in which a dispatcher asks (model/decide.ts): pauses, talks, objections, distance, way, hours.
function nextOf<Id>(place: Place<Id>, gone: readonly Departure<Id>[], facts: LaneFacts): Next<Id> {
  const { message, at, pushes } = place;
  const { stop } = message;
  if (stop?.kind === "waits") return stop;
  const talk = message.waitsForTalk ? longestHold(facts.holds, at) : null;
  if (talk !== null) return afterTalk(place, talk);
  const asked = askedAt(place, gone, facts);
  const objection = objectionTo(asked, facts.settings.deliverySettings);
  if (objection !== null) return { kind: "dropped", at, ...saidOf(objection), pushes };
  const gap = gapEnd({ ...asked, isAutomatic: message.isAutomatic }, facts.settings.deliverySettings);
  if (gap !== null) return pushed(place, { rule: "min_gap", to: gap, because: gone.at(-1)?.id ?? null });
  if (stop !== null) return { ...stop, at, pushes };
  const allowed = message.allowedAt(at);
  if (allowed === null) return { kind: "dropped", at, ...NO_PLACE, pushes };
  if (allowed.at > at) return pushed(place, { rule: allowed.rule ?? "hours", to: allowed.at, because: null });
  return { kind: "leaves", at, pushes };
}

/** What the send checks are told of a message that is looked at in its place. */
function askedAt<Id>({ message, at, heldMs }: Place<Id>, gone: readonly Departure<Id>[], facts: LaneFacts) {
  return {
    ...message.facts,
    now: at,
    heldMs,
    sourceAnswer: { wanted: true } as const,
    waitedTooLong: !message.passesHolds && waitedTooLong(heldMs, facts.settings.humanFirst),
    cappedSentAt: message.counts ? [...facts.sentAt, ...gone.map((each) => each.at)].filter((each) => each <= at) : [],
  };
}

function afterTalk<Id>(place: Place<Id>, { until }: Span): Next<Id> {
  if (until === undefined) return { kind: "waits", rule: "human_first", reason: "human_first" };
  const since = place.pushes.length === 0 ? (place.message.waitingSince ?? place.at) : place.at;
  const heldMs = place.heldMs + Math.max(0, until - since);
  return pushed({ ...place, heldMs }, { rule: "human_first", to: until, because: null });
}

function pushed<Id>(place: Place<Id>, push: Push<Id>): Next<Id> {
  return { kind: "pushed", place: { ...place, at: push.to, pushes: [...place.pushes, push] } };
}

function saidOf({ rule, reason }: Objection): { rule: string; reason: string } {
  return { rule, reason };
}
