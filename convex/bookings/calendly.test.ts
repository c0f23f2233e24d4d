import { describe, expect, it } from "vitest";
import { calendlyBody, calendlyPayload } from "../../tests/support/calendly";
import { parseCalendly } from "./calendly";

function eventOf(text: string) {
  const parsed = parseCalendly(text);
  if (parsed.kind !== "invitee") throw new Error(`not about an invitee: ${JSON.stringify(parsed)}`);
  return parsed.event;
}

function fieldAtFault(text: string) {
  const parsed = parseCalendly(text);
  return parsed.kind === "invalid" ? `${parsed.error.code} ${parsed.error.field}` : parsed.kind;
}

describe("Calendly's webhook", () => {
  it("reads a whole invitee.created", () => {
    expect(eventOf(calendlyBody("invitee.created"))).toEqual({
      change: "joined",
      externalId: "https://api.calendly.com/scheduled_events/EVA",
      inviteeId: "https://api.calendly.com/scheduled_events/EVA/invitees/P1",
      replaces: undefined,
      occurredAt: Date.parse("2026-10-01T08:12:44.120Z"),
      details: {
        title: "SBF See Praxiskurs",
        startsAt: Date.parse("2026-10-26T08:00:00Z"),
        endsAt: Date.parse("2026-10-26T15:00:00Z"),
        location: { kind: "onsite", text: "Am Hafen 3, 17373 Ueckermünde" },
        people: [
          {
            name: "Anna Weber",
            email: "anna.weber@example.org",
            phone: "+49 151 23456789",
            timezone: "Europe/Lisbon",
            isBooker: true,
            consents: [],
          },
          { name: "tom@example.org", email: "tom@example.org", isBooker: false, consents: [] },
        ],
        attributes: {
          schwimmabzeichen_vorhanden: "Silber",
          groesse_der_weste: "M",
          utm_source: "newsletter",
          staff: "Jana Petersen",
        },
      },
    });
  });

  it("tells a move from a cancellation", () => {
    const off = {
      status: "canceled",
      cancellation: { canceled_by: "Anna Weber", reason: "krank", canceler_type: "invitee" },
    };
    const left = eventOf(calendlyBody("invitee.canceled", off));
    expect(left).toMatchObject({ change: "left", cancellationReason: "krank" });
    expect(eventOf(calendlyBody("invitee.canceled", { ...off, rescheduled: true }))).toMatchObject({
      change: "moved_away",
    });
    const old = "https://api.calendly.com/scheduled_events/EVA/invitees/P0";
    expect(eventOf(calendlyBody("invitee.created", { old_invitee: old }))).toMatchObject({ replaces: old });
  });

  it("reads a no-show in its whole and in its bare form", () => {
    expect(eventOf(calendlyBody("invitee_no_show.created"))).toMatchObject({ change: "no_show" });
    const invitee = "https://api.calendly.com/scheduled_events/EVA/invitees/P1";
    const bare = { uri: "https://api.calendly.com/invitee_no_shows/N1", invitee, created_at: "2026-10-26T16:00:00Z" };
    const body = { event: "invitee_no_show.deleted", created_at: "2026-10-26T16:00:00Z", payload: bare };
    expect(eventOf(JSON.stringify(body))).toMatchObject({
      change: "no_show_undone",
      inviteeId: invitee,
      externalId: "https://api.calendly.com/scheduled_events/EVA",
      details: null,
    });
  });

  it("knows online places of every kind", () => {
    const place = (location: unknown) => {
      const event = { ...(calendlyPayload()["scheduled_event"] as object), location };
      return eventOf(calendlyBody("invitee.created", { scheduled_event: event })).details?.location;
    };
    const url = "https://zoom.us/j/1";
    expect(place({ type: "zoom", status: "pushed", join_url: url })).toEqual({ kind: "online", url });
    expect(place({ type: "google_conference", status: "initiated", join_url: null })).toEqual({ kind: "online" });
    expect(place({ type: "outbound_call", location: "+49 151 23456789" })).toEqual({ kind: "online" });
    expect(place({ type: "custom", location: "https://meet.example" })).toEqual({
      kind: "online",
      url: "https://meet.example",
    });
    expect(place({ type: "ask_invitee", location: "Steg 3" })).toEqual({ kind: "onsite", text: "Steg 3" });
    expect(place(null)).toEqual({ kind: "unknown" });
  });

  it("takes what it knows to mean nothing, and names what is wrong", () => {
    const kindOf = (event: string) => parseCalendly(calendlyBody(event));
    expect(kindOf("routing_form_submission.created")).toMatchObject({ kind: "ignored", isKnown: true });
    expect(kindOf("invitee.renamed")).toMatchObject({ kind: "ignored", isKnown: false });
    expect(fieldAtFault("{")).toBe("invalid_json ");
    expect(fieldAtFault(calendlyBody("invitee.created", { scheduled_event: undefined }))).toBe(
      "missing payload.scheduled_event",
    );
    expect(fieldAtFault(calendlyBody("invitee.created", { uri: undefined }))).toBe("missing payload.uri");
    expect(fieldAtFault(calendlyBody("invitee.created", { email: null, text_reminder_number: null }))).toBe(
      "missing payload.email",
    );
  });
});
