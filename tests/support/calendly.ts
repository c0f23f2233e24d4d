import { hmacSha256Hex } from "../../convex/lib/crypto";
import type { setupConvex } from "./convex";

type Payload = Record<string, unknown>;

/** The address of a scheduled event of Calendly, and of a place in it. */
export const calendlyEvent = (name: string) => `https://api.calendly.com/scheduled_events/${name}`;
export const calendlyInvitee = (event: string, person: string) => `${calendlyEvent(event)}/invitees/${person}`;

/** The payload of invitee.created in the published form (providers.md 19.2); `overrides` replace fields. */
export function calendlyPayload(overrides: Payload = {}): Payload {
  return {
    cancel_url: "https://calendly.com/cancellations/P1",
    created_at: "2026-10-01T08:12:44.000000Z",
    email: "anna.weber@example.org",
    event: calendlyEvent("EVA"),
    first_name: "Anna",
    last_name: "Weber",
    name: "Anna Weber",
    new_invitee: null,
    no_show: null,
    old_invitee: null,
    payment: null,
    questions_and_answers: [
      { answer: "Silber", position: 0, question: "Schwimmabzeichen vorhanden?" },
      { answer: "M", position: 1, question: "Größe der Weste" },
      { answer: "", position: 2, question: "Sonst noch etwas?" },
    ],
    reconfirmation: null,
    reschedule_url: "https://calendly.com/reschedulings/P1",
    rescheduled: false,
    routing_form_submission: null,
    scheduled_event: {
      created_at: "2026-10-01T08:12:44.000000Z",
      end_time: "2026-10-26T15:00:00.000000Z",
      event_guests: [
        { email: "tom@example.org", created_at: "2026-10-01T08:12:44Z", updated_at: "2026-10-01T08:12:44Z" },
      ],
      event_memberships: [
        {
          user: "https://api.calendly.com/users/U1",
          user_email: "jana@haff-segeln.example",
          user_name: "Jana Petersen",
        },
      ],
      event_type: "https://api.calendly.com/event_types/T1",
      invitees_counter: { total: 1, active: 1, limit: 8 },
      location: { type: "physical", location: "Am Hafen 3, 17373 Ueckermünde", additional_info: null },
      meeting_notes_html: null,
      meeting_notes_plain: null,
      name: "SBF See Praxiskurs",
      start_time: "2026-10-26T08:00:00.000000Z",
      status: "active",
      updated_at: "2026-10-01T08:12:44.000000Z",
      uri: calendlyEvent("EVA"),
    },
    scheduling_method: null,
    status: "active",
    text_reminder_number: "+49 151 23456789",
    timezone: "Europe/Lisbon",
    tracking: { utm_campaign: null, utm_source: "newsletter", utm_medium: null, salesforce_uuid: null },
    updated_at: "2026-10-01T08:12:44.000000Z",
    uri: calendlyInvitee("EVA", "P1"),
    ...overrides,
  };
}

/** A whole delivery of Calendly. */
export function calendlyBody(
  event: string,
  overrides: Payload = {},
  createdAt = "2026-10-01T08:12:44.120000Z",
): string {
  const created_by = "https://api.calendly.com/users/U1";
  return JSON.stringify({ created_at: createdAt, created_by, event, payload: calendlyPayload(overrides) });
}

/** Sends a signed delivery to a source's address; `ageSeconds` before now. */
export async function postCalendly(
  t: ReturnType<typeof setupConvex>,
  { publicId, secret }: { publicId: string; secret: string },
  body: string,
  ageSeconds = 0,
): Promise<Response> {
  const time = Math.floor(Date.now() / 1000) - ageSeconds;
  const signature = `t=${time},v1=${await hmacSha256Hex(secret, `${time}.${body}`)}`;
  const headers = { "Calendly-Webhook-Signature": signature };
  return await t.fetch(`/hooks/booking/${publicId}`, { method: "POST", body, headers });
}
