import { PURPOSES, type Purpose } from "../../lib/closedSets";
import { normaliseEmail, normalisePhone } from "../addresses";
import type { AddressChannel } from "../schema";
import type { WrittenRow } from "./csv";
import type { SuppressionReason } from "./schema";

/** Why a line cannot be used; the interface has a sentence for each. */
export const ROW_PROBLEMS = [
  "no_address",
  "unreadable_email",
  "unreadable_phone",
  "unknown_channel",
  "unknown_purpose",
  "unknown_topic",
  "topic_of_other_purpose",
] as const;
export type RowProblem = (typeof ROW_PROBLEMS)[number];

/** One line as it would be written. */
export type ReadRow = {
  channel: AddressChannel;
  address: string;
  purpose?: Purpose;
  topic?: string;
  reason: SuppressionReason;
  note?: string;
};

const CHANNEL_WORDS: Record<string, AddressChannel> = {
  email: "email",
  mail: "email",
  sms: "sms",
  text: "sms",
  phone: "sms",
  telefon: "sms",
  mobile: "sms",
  whatsapp: "whatsapp",
};

/** How other systems call the reasons. */
const REASON_WORDS: Record<string, SuppressionReason> = {
  unsubscribed: "unsubscribed",
  unsubscribe: "unsubscribed",
  optout: "unsubscribed",
  abgemeldet: "unsubscribed",
  afgemeld: "unsubscribed",
  hardbounce: "hard_bounce",
  bounce: "hard_bounce",
  bounced: "hard_bounce",
  complaint: "complaint",
  complained: "complaint",
  spam: "complaint",
  spamcomplaint: "complaint",
  beschwerde: "complaint",
  klacht: "complaint",
  invalid: "invalid_address",
  invalidaddress: "invalid_address",
  manual: "manual",
};

const MAX_NOTE_CHARS = 500;

/** What a line means, or why it means nothing. `country` reads national numbers; topics are those of the organisation. */
export function readRow(
  written: WrittenRow,
  known: { country: string | undefined; topics: readonly { key: string; purpose: Purpose }[] },
): { ok: true; row: ReadRow } | { ok: false; problem: RowProblem } {
  const text = written.address.trim();
  if (text === "") return bad("no_address");
  const channel = channelOf(written.channel, text);
  if (channel === undefined) return bad("unknown_channel");
  const address = channel === "email" ? normaliseEmail(text) : normalisePhone(text, known.country);
  if (address === null) return bad(channel === "email" ? "unreadable_email" : "unreadable_phone");
  const purpose = PURPOSES.find((each) => each === plain(written.purpose));
  if (written.purpose.trim() !== "" && purpose === undefined && plain(written.purpose) !== "all") {
    return bad("unknown_purpose");
  }
  const topic = known.topics.find((each) => each.key === written.topic.trim().toLowerCase());
  if (written.topic.trim() !== "" && topic === undefined) return bad("unknown_topic");
  if (topic !== undefined && purpose !== undefined && topic.purpose !== purpose) return bad("topic_of_other_purpose");
  const reason = REASON_WORDS[plain(written.reason)];
  return {
    ok: true,
    row: {
      channel,
      address,
      purpose: purpose ?? topic?.purpose,
      topic: topic?.key,
      reason: reason ?? "imported",
      note: noteOf(written, reason === undefined),
    },
  };
}

function channelOf(written: string, address: string): AddressChannel | undefined {
  if (written.trim() === "") return address.includes("@") ? "email" : "sms";
  return CHANNEL_WORDS[plain(written)];
}

// A reason in foreign words is no reason to lose it.
function noteOf({ note, reason }: WrittenRow, isReasonUnknown: boolean): string | undefined {
  const parts = [note.trim(), isReasonUnknown ? reason.trim() : ""].filter((part) => part !== "");
  return parts.length === 0 ? undefined : parts.join("; ").slice(0, MAX_NOTE_CHARS);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function bad(problem: RowProblem): { ok: false; problem: RowProblem } {
  return { ok: false, problem };
}
