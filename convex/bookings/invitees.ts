import type { BookingDetails, InviteeEvent } from "./event";
import type { BookingStatus } from "./statuses";

// What a booking is, from all that was told of its people (Calendly). Pure. Each place keeps the newest word on each
// question, so that any order of arrival, and any repetition, leads to the same booking.

/** What is known of one place. `Who` is how a person is named: with their details, or as a contact. */
export type Invitee<Told> = {
  inviteeId: string;
  replaces?: string;
  /** When the source says they joined; absent until it told. */
  joinedAt?: number;
  /** Absent until the source told of more than a no-show. Who left does not come back under the same id. */
  presence?: { state: "joined" | "left" | "moved_away"; at: number; reason?: string };
  noShow?: { is: boolean; at: number };
  /** The newest details, and when the source told them. */
  told?: { at: number } & Told;
};

const PRESENCE_RANK = { joined: 0, left: 1, moved_away: 2 } as const;

/** A place after an event about it; the same object when the event says nothing new. */
export function afterEvent<Told>(known: Invitee<Told> | null, event: InviteeEvent, told: Told | null): Invitee<Told> {
  const before: Invitee<Told> = known ?? { inviteeId: event.inviteeId };
  let after = before;
  const { change, occurredAt: at, cancellationReason: reason, replaces } = event;
  if (change === "no_show" || change === "no_show_undone") {
    const isNewer = before.noShow === undefined || at > before.noShow.at;
    if (isNewer) after = { ...after, noShow: { is: change === "no_show", at } };
  } else if (before.presence === undefined || PRESENCE_RANK[change] > PRESENCE_RANK[before.presence.state]) {
    after = { ...after, presence: { state: change, at, reason } };
  }
  if (change === "joined" && at < (before.joinedAt ?? Infinity)) after = { ...after, joinedAt: at };
  if (replaces !== undefined && before.replaces === undefined) after = { ...after, replaces };
  if (told !== null && (before.told === undefined || at > before.told.at)) after = { ...after, told: { at, ...told } };
  return after;
}

export type DerivedBooking<Told> =
  /** Nobody was told of who takes part: there is no booking (yet, or any more). */
  | { kind: "nothing" }
  | {
      kind: "booking";
      status: Extract<BookingStatus, "confirmed" | "no_show" | "cancelled" | "rescheduled">;
      reason?: string;
      /** Who takes part, in the order they joined; of a booking that is off, who did last. */
      places: (Invitee<Told> & { told: { at: number } & Told })[];
    };

/**
 * What the places of one scheduled event make of it. `replaced`: places that others stand for after a move. Who moved away
 * keeps the place until the other one is known: between the two messages of a move nothing is off.
 */
export function derived<Told>(invitees: readonly Invitee<Told>[], replaced: ReadonlySet<string>): DerivedBooking<Told> {
  const present = invitees.filter(isTold).sort(byJoining);
  const remaining = present.filter(({ inviteeId }) => !replaced.has(inviteeId));
  const holding = remaining.filter(({ presence }) => presence?.state !== "left");
  if (holding.length > 0) {
    const nobodyCame = holding.every(({ noShow }) => noShow?.is === true);
    return { kind: "booking", status: nobodyCame ? "no_show" : "confirmed", places: holding };
  }
  if (remaining.length > 0) {
    const last = remaining.reduce((a, b) => ((a.presence?.at ?? 0) > (b.presence?.at ?? 0) ? a : b));
    return { kind: "booking", status: "cancelled", reason: last.presence?.reason, places: remaining };
  }
  return present.length === 0 ? { kind: "nothing" } : { kind: "booking", status: "rescheduled", places: present };
}

function isTold<Told>(invitee: Invitee<Told>): invitee is Invitee<Told> & { told: { at: number } & Told } {
  return invitee.presence !== undefined && invitee.told !== undefined;
}

// When somebody joined may be unknown, as the source told only of their leaving: then the leaving places them. Ids decide
// between those who joined at once, so that the order is always the same.
function byJoining(a: Invitee<unknown>, b: Invitee<unknown>): number {
  const sinceOf = ({ joinedAt, presence }: Invitee<unknown>) => joinedAt ?? presence?.at ?? 0;
  return sinceOf(a) - sinceOf(b) || (a.inviteeId < b.inviteeId ? -1 : 1);
}

type Attributes = BookingDetails["attributes"];

/** The answers of all; where two answered one question differently, the later one's stands under "key_2". */
export function mergedAttributes(each: readonly Attributes[]): Attributes {
  const merged: Attributes = {};
  for (const [at, attributes] of each.entries()) {
    for (const [key, value] of Object.entries(attributes)) {
      if (merged[key] === undefined) merged[key] = value;
      else if (merged[key] !== value) merged[`${key}_${at + 1}`] = value;
    }
  }
  return merged;
}
