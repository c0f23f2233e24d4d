import { isZone } from "../../../convex/lib/time";
import { entryProblem, type AttributeValue, type EnteredFacts } from "../../../convex/bookings/rules";
import { attributeKey } from "../../../convex/lib/attributeKey";
import type { BookingDetail } from "../../lib/api-types";
import { instantOfLocal, localOfInstant } from "../../lib/local-time";

/** One attribute as it stands in the form. */
type AttributeDraft = { id: number; name: string; text: string };

/** A booking as it stands in the form; times are local to `zone`. */
export type BookingDraft = {
  title: string;
  startsAt: string;
  endsAt: string;
  kind: "onsite" | "online";
  /** Of the venue; an online booking's times are typed by the workspace's clock. */
  zone: string;
  /** The place in words, or the address of the meeting. */
  place: string;
  attributes: readonly AttributeDraft[];
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An empty form: tomorrow at the next full hour, for an hour, at a place in the workspace's zone. */
export function newDraft(now: number, zone: string): BookingDraft {
  const start = Math.ceil((now + DAY_MS) / HOUR_MS) * HOUR_MS;
  return {
    title: "",
    startsAt: localOfInstant(start, zone),
    endsAt: localOfInstant(start + HOUR_MS, zone),
    kind: "onsite",
    zone,
    place: "",
    attributes: [],
  };
}

/** The form of a booking there is. */
export function draftOf(booking: BookingDetail, workspaceZone: string): BookingDraft {
  const zone = booking.zone ?? workspaceZone;
  const { location } = booking;
  return {
    title: booking.title,
    startsAt: localOfInstant(booking.startsAt, zone),
    endsAt: localOfInstant(booking.endsAt, zone),
    kind: location.kind,
    zone,
    place: (location.kind === "onsite" ? location.text : location.url) ?? "",
    attributes: Object.entries(booking.attributes).map(([name, value], id) => ({ id, name, text: String(value) })),
  };
}

/** The end keeps its distance when the start moves. */
export function withStart(draft: BookingDraft, startsAt: string): BookingDraft {
  const [before, after] = [instantOfLocal(draft.startsAt, draft.zone), instantOfLocal(startsAt, draft.zone)];
  const end = instantOfLocal(draft.endsAt, draft.zone);
  if (before === null || after === null || end === null) return { ...draft, startsAt };
  return { ...draft, startsAt, endsAt: localOfInstant(after + (end - before), draft.zone) };
}

export type DraftField = keyof EnteredFacts | "zone";

/**
 * What the form says, or its first wrong field. `known`: attributes there were; one whose text is as before keeps its kind
 * (a number, a yes).
 */
export function factsOf(
  draft: BookingDraft,
  known: Readonly<Record<string, AttributeValue>> = {},
): { facts: EnteredFacts } | { field: DraftField } {
  const zone = draft.zone.trim();
  if (!isZone(zone)) return { field: "zone" };
  const startsAt = instantOfLocal(draft.startsAt, zone);
  if (startsAt === null) return { field: "startsAt" };
  const endsAt = instantOfLocal(draft.endsAt, zone);
  if (endsAt === null) return { field: "endsAt" };
  const place = draft.place.trim();
  const attributes: EnteredFacts["attributes"] = {};
  for (const { name, text } of draft.attributes) {
    const key = name in known ? name : attributeKey(name);
    if (key === "" || text.trim() === "") continue;
    const before = known[key];
    attributes[key] = before !== undefined && String(before) === text ? before : text.trim();
  }
  const location =
    draft.kind === "onsite"
      ? { kind: draft.kind, zone, ...(place === "" ? {} : { text: place }) }
      : { kind: draft.kind, ...(place === "" ? {} : { url: place }) };
  const facts = { title: draft.title.trim(), startsAt, endsAt, location, attributes };
  const problem = entryProblem(facts, isZone);
  return problem === null ? { facts } : { field: problem.field };
}
