// What a booking source told us, in one form for every source. Pure: the parsers make it, the model applies it.

/** What happened to the booking at its source. */
export const BOOKING_CHANGES = ["created", "rescheduled", "cancelled", "completed", "no_show"] as const;
export type BookingChange = (typeof BOOKING_CHANGES)[number];

/** A consent the customer gave while booking. */
export type ConsentGiven = { channel: "email" | "sms" | "whatsapp"; purpose: "transactional" | "marketing" };

/** One participant as the source names them; at least one of `email` and `phone` is there. */
export type BookingPerson = {
  name: string;
  email?: string;
  phone?: string;
  /** BCP 47 */
  locale?: string;
  /** IANA zone of the person, as given; may be unknown to this runtime. */
  timezone?: string;
  isBooker: boolean;
  consents: ConsentGiven[];
};

/**
 * Where it takes place, as far as the source says. `zone` is the venue's own zone; `fallbackZone` one that merely stands
 * near it (the organiser's). `unknown` = the source did not say: the source's settings decide.
 */
export type EventLocation =
  | { kind: "onsite"; zone?: string; fallbackZone?: string; text?: string }
  | { kind: "online"; url?: string }
  | { kind: "unknown"; fallbackZone?: string };

export type BookingDetails = {
  title: string;
  /** UTC ms. */
  startsAt: number;
  /** UTC ms, never before `startsAt`. */
  endsAt: number;
  location: EventLocation;
  people: BookingPerson[];
  attributes: Record<string, string | number | boolean>;
};

export type BookingEvent = {
  change: BookingChange;
  externalId: string;
  /** The id this booking had before the move; only sources that issue a new one name it. */
  previousExternalId?: string;
  /** The source's own clock, UTC ms: decides between events that arrive out of order. */
  occurredAt: number;
  /** Null when the source names only the booking (cal.com's no-show): then the booking must be known already. */
  details: BookingDetails | null;
  cancellationReason?: string;
};

/**
 * What happened to one person of a booking at a source that tells of people (Calendly). `moved_away`: out of this
 * booking because they take another instead, which the source tells as well.
 */
export const INVITEE_CHANGES = ["joined", "left", "moved_away", "no_show", "no_show_undone"] as const;
export type InviteeChange = (typeof INVITEE_CHANGES)[number];

export type InviteeEvent = {
  change: InviteeChange;
  /** The booking at its source. */
  externalId: string;
  /** The person's place in it at its source; a move gives another. */
  inviteeId: string;
  /** The place this one stands for after a move. */
  replaces?: string;
  /** The source's own clock, UTC ms. */
  occurredAt: number;
  /** With the person and those they brought along. Null when the source names only the place. */
  details: BookingDetails | null;
  cancellationReason?: string;
};

/** What is wrong with a body, and where: `field` is the dotted path the sender can look for. */
export type FieldError = {
  code: "invalid_json" | "missing" | "wrong_type" | "invalid";
  field: string;
  message: string;
};

/**
 * `ignored`: understood, but nothing follows from it (an event we do not act on, a ping). `isKnown` is false for event
 * names the source's documentation does not list.
 */
export type ParseResult =
  | { kind: "event"; event: BookingEvent }
  | { kind: "invitee"; event: InviteeEvent }
  | { kind: "ignored"; name: string; isKnown: boolean }
  | { kind: "invalid"; error: FieldError };
