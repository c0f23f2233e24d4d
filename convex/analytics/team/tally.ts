import { counts, duration, plus, type Sums } from "./sums";

// What is known of one conversation, and what it adds to the figures while it is closed. Every change may come in any
// order: counts are added, of instants the latest (or the first) counts. So the figures of many conversations are the sum
// of what each adds, whatever order the events were read in. Pure.

/** Where a conversation was when something happened. */
export type Place = {
  channel: string | null;
  /** The mailbox or number. */
  channelId: string | null;
  teamId: string | null;
  agentId: string | null;
};

export type Tally = {
  /** Messages of the customer; answers and answering calls of members. */
  received: number;
  answers: number;
  isEscalated: boolean;
  /** The last time it was closed or opened again. */
  status: { at: number; closedIn: Place | null } | null;
  /** Whom it was given to first without anybody's doing. */
  routed: { at: number; to: string } | null;
  /** The last end of its resolution clock: working time; whether in time, null without a target. */
  solved: { at: number; ms: number; isInTime: boolean | null } | null;
};

export const NEW_TALLY: Tally = {
  received: 0,
  answers: 0,
  isEscalated: false,
  status: null,
  routed: null,
  solved: null,
};

export type Happened =
  | { kind: "received" | "answered" | "escalated" }
  | { kind: "closed"; at: number; place: Place }
  | { kind: "reopened"; at: number }
  | { kind: "routed"; at: number; to: string }
  | { kind: "solved"; at: number; ms: number; isInTime: boolean | null }
  /** Another conversation was put into it. */
  | { kind: "joined"; other: Tally };

/** The tally after one more event. */
export function withEvent(tally: Tally, happened: Happened): Tally {
  switch (happened.kind) {
    case "received":
      return { ...tally, received: tally.received + 1 };
    case "answered":
      return { ...tally, answers: tally.answers + 1 };
    case "escalated":
      return { ...tally, isEscalated: true };
    case "closed":
      return { ...tally, status: later(tally.status, { at: happened.at, closedIn: happened.place }) };
    case "reopened":
      return { ...tally, status: later(tally.status, { at: happened.at, closedIn: null }) };
    case "routed": {
      const { at, to } = happened;
      return tally.routed !== null && tally.routed.at <= at ? tally : { ...tally, routed: { at, to } };
    }
    case "solved": {
      const { at, ms, isInTime } = happened;
      return { ...tally, solved: later(tally.solved, { at, ms, isInTime }) };
    }
    case "joined": {
      const { received, answers, isEscalated } = happened.other;
      return {
        ...tally,
        received: tally.received + received,
        answers: tally.answers + answers,
        isEscalated: tally.isEscalated || isEscalated,
      };
    }
  }
}

function later<T extends { at: number }>(known: T | null, news: T): T {
  return known !== null && known.at > news.at ? known : news;
}

/** What a conversation adds: while it is closed, at the time and place of its last closing. Null: nothing. */
export function contributionOf(tally: Tally): { at: number; place: Place; sums: Sums } | null {
  const { status, received, answers, isEscalated, routed, solved } = tally;
  if (status?.closedIn == null) return null;
  const { at, closedIn: place } = status;
  const facts = counts({
    closed: 1,
    closedAnswered: answers > 0 ? 1 : 0,
    closedMessages: received + answers,
    // One answer was enough, and nobody came back to it.
    fixedAtOnce: answers === 1 ? 1 : 0,
    escalated: isEscalated ? 1 : 0,
    routed: routed === null ? 0 : 1,
    // Whoever closed it is who it was given to.
    routedRight: routed !== null && routed.to === place.agentId ? 1 : 0,
    inTime: solved?.isInTime === true ? 1 : 0,
    late: solved?.isInTime === false ? 1 : 0,
  });
  return { at, place, sums: solved === null ? facts : plus(facts, duration("solution", solved.ms)) };
}
