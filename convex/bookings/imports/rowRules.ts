import { readContactRow, type ReadContact } from "../../contacts/imports/rowRules";
import { isZone, MINUTE_MS } from "../../lib/time";
import { entryProblem, type EnteredFacts, type EnteredLocation } from "../rules";
import type { BookingStatus, ManualStatus } from "../statuses";
import { isActiveStatus } from "../transition";
import { tidy, type BookingLine } from "./columns";
import { readDuration } from "./durations";
import { readEnd, readMoment, type ClockNote, type MomentProblem } from "./moments";
import type { BookingProblem } from "./problems";
import type { ReadOptions, WrittenBooking } from "./schema";
import { localeOf, stateOf } from "./words";

type Refused = { ok: false; problem: BookingProblem; line: number };

/** A booking as a file tells of it. What is absent, the file leaves as it is. */
export type ReadBooking = {
  title?: string;
  startsAt: number;
  endsAt: number;
  location?: EnteredLocation;
  /** Of the places. */
  zone: string;
  status?: ManualStatus;
  people: ReadContact[];
  attributes: Record<string, string>;
  clockNote?: ClockNote;
};

const MAX_REFERENCE_CHARS = 200;
/** What is said of the booking; the rows of one booking must agree. */
const FACTS = ["title", "date", "start", "end", "duration", "zone", "place"] as const;

/** Stops the reading of a booking with what is the matter, and in which row; never leaves this file. */
class Refusal extends Error {
  constructor(
    readonly problem: BookingProblem,
    readonly line: number,
  ) {
    super(problem);
  }
}

/** What the rows of a booking say, each a person who takes part, or why they cannot be used. */
export function readBooking(
  lines: readonly BookingLine[],
  options: ReadOptions,
): { ok: true; booking: ReadBooking } | Refused {
  try {
    return { ok: true, booking: read(lines, options) };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, problem: thrown.problem, line: thrown.line };
    throw thrown;
  }
}

function read(lines: readonly BookingLine[], options: ReadOptions): ReadBooking {
  const first = lines[0]?.line ?? 0;
  const facts = factsOf(lines);
  if (tidy(lines[0]?.written.reference).length > MAX_REFERENCE_CHARS) throw new Refusal("long_reference", first);
  const zone = facts.zone === "" ? options.zone : facts.zone;
  if (!isZone(zone)) throw new Refusal("unknown_zone", first);
  const { status, present } = statusOf(lines);
  return {
    ...(facts.title === "" ? {} : { title: facts.title }),
    ...timesOf(facts, { ...options, zone }, first),
    ...(facts.place === "" ? {} : { location: locationOf(facts.place, zone) }),
    zone,
    ...(status === undefined ? {} : { status }),
    people: present.map((line) => personOf(line, options.country)),
    attributes: attributesOf(lines),
  };
}

type Facts = Record<(typeof FACTS)[number], string>;

function factsOf(lines: readonly BookingLine[]): Facts {
  const facts: Facts = { title: "", date: "", start: "", end: "", duration: "", zone: "", place: "" };
  for (const { line, written } of lines) {
    for (const field of FACTS) {
      const cell = tidy(written[field]);
      if (cell !== "" && facts[field] !== "" && cell !== facts[field]) throw new Refusal("different_facts", line);
      if (cell !== "") facts[field] = cell;
    }
  }
  return facts;
}

const START_PROBLEMS: Record<MomentProblem, BookingProblem> = {
  none: "no_start",
  unreadable: "unreadable_start",
  no_time: "no_time",
};

function timesOf(facts: Facts, options: ReadOptions, line: number) {
  const start = readMoment(facts.start, facts.date, options);
  if (!start.ok) throw new Refusal(START_PROBLEMS[start.problem], line);
  if (facts.end !== "") {
    const end = readEnd(facts.end, start.at, options);
    if (!end.ok) throw new Refusal("unreadable_end", line);
    return { startsAt: start.at, endsAt: end.at, clockNote: start.note ?? end.note };
  }
  const minutes = facts.duration === "" ? options.minutes : readDuration(facts.duration);
  if (minutes === null) throw new Refusal("unreadable_duration", line);
  return { startsAt: start.at, endsAt: start.at + minutes * MINUTE_MS, clockNote: start.note };
}

function locationOf(place: string, zone: string): EnteredLocation {
  if (/^https?:\/\/\S+$/i.test(place)) return { kind: "online", url: place };
  if (/^(?:online|remote|video)$/i.test(place)) return { kind: "online" };
  return { kind: "onsite", zone, text: place };
}

/** Who is cancelled takes no part while others do; a booking is cancelled when everybody is. */
function statusOf(lines: readonly BookingLine[]): { status?: ManualStatus; present: readonly BookingLine[] } {
  const states = lines.map(({ line, written }) => stateIn(line, written));
  const isPresent = states.map((state) => state !== "cancelled");
  if (!isPresent.includes(true)) return { status: "cancelled", present: lines };
  const present = lines.filter((_, at) => isPresent[at]);
  let status: ManualStatus | undefined;
  states.forEach((state, at) => {
    if (state === undefined || state === "cancelled") return;
    if (status !== undefined && state !== status) throw new Refusal("different_facts", lines[at]?.line ?? 0);
    status = state;
  });
  return { status, present };
}

function stateIn(line: number, { state }: WrittenBooking): ManualStatus | undefined {
  const word = tidy(state);
  if (word === "") return undefined;
  const known = stateOf(word);
  if (known === null) throw new Refusal("unknown_state", line);
  return known;
}

function personOf({ line, written }: BookingLine, country: string | undefined): ReadContact {
  const { name, firstName, lastName, email, phone } = written;
  const language = tidy(written.locale);
  const locale = language === "" ? undefined : localeOf(language);
  if (locale === null) throw new Refusal("unknown_language", line);
  const person = readContactRow({ name, firstName, lastName, email, phone, locale, attributes: {} }, country);
  if (person.ok) return person.row;
  const { problem } = person;
  // A row names neither a person's zone nor two people: a file of contacts does.
  if (problem === "unknown_timezone" || problem === "two_people") throw new Error(`No row of bookings has ${problem}.`);
  throw new Refusal(problem, line);
}

function attributesOf(lines: readonly BookingLine[]): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const { written } of lines) {
    for (const [key, cell] of Object.entries(written.attributes))
      if (cell.trim() !== "") attributes[key] ??= cell.trim();
  }
  return attributes;
}

/** The part of a booking that decides what a file makes of it. */
export type KnownBooking = EnteredFacts & { status: BookingStatus };

/** What a booking is to be, from what it is now (null: not known yet), or why it cannot be that. */
export function factsFor(
  read: ReadBooking,
  known: KnownBooking | null,
): { ok: true; facts: EnteredFacts; status: BookingStatus } | { ok: false; problem: BookingProblem } {
  const { startsAt, endsAt } = read;
  const title = read.title ?? known?.title;
  if (title === undefined) return { ok: false, problem: "no_title" };
  const location: EnteredLocation = read.location ?? known?.location ?? { kind: "onsite", zone: read.zone };
  const facts = { title, startsAt, endsAt, location, attributes: { ...known?.attributes, ...read.attributes } };
  const problem = entryProblem(facts, isZone);
  if (problem !== null) return { ok: false, problem: FACT_PROBLEMS[problem.field] };
  return { ok: true, facts, status: known === null ? (read.status ?? "confirmed") : statusAfter(read, known) };
}

const FACT_PROBLEMS: Record<keyof EnteredFacts, BookingProblem> = {
  title: "bad_title",
  startsAt: "bad_start",
  endsAt: "bad_end",
  location: "bad_place",
  attributes: "bad_details",
};

/**
 * As with every source: a moved booking is ahead again, a cancelled one that is named confirmed comes back, and "confirmed"
 * takes back nothing else. A file that says nothing about it never brings one back.
 */
function statusAfter({ status, startsAt, endsAt }: ReadBooking, known: KnownBooking): BookingStatus {
  const isMoved = startsAt !== known.startsAt || endsAt !== known.endsAt;
  if (status === undefined) return isMoved && isActiveStatus(known.status) ? "confirmed" : known.status;
  if (status !== "confirmed") return status;
  return isMoved || known.status === "cancelled" ? "confirmed" : known.status;
}

/** When what a file says of a booking happened, as far as it can be known: what is over was over at its end. */
export function happenedAt(status: BookingStatus, { startsAt, endsAt }: EnteredFacts, now: number): number {
  if (status === "completed") return Math.min(now, endsAt);
  return status === "checked_in" || status === "no_show" ? Math.min(now, startsAt) : now;
}
