import { normaliseEmail, normalisePhone } from "../../contacts/addresses";
import type { ChannelType } from "../../lib/closedSets";

// What an inbox channel consists of (requirement S1, communication_channel). Pure.

const MAX_CHANNEL_NAME = 80;
/** A month: more is no promise. */
const MAX_RESPONSE_HOURS = 720;

/** Numbers that only exist within one country's networks. */
const SHORT_CODE = /^\d{3,8}$/;

/**
 * Where a channel receives, in the form it is stored and compared in, or null when it cannot be read. `country` reads
 * national numbers.
 */
export function channelAddress(type: ChannelType, text: string, country: string | undefined): string | null {
  if (type === "email_outlook") return normaliseEmail(text);
  const bare = text.trim();
  if (type === "sms" && SHORT_CODE.test(bare)) return bare;
  return normalisePhone(bare, country);
}

/** What somebody entered about a channel; null and empty texts: nothing. */
export type ChannelEntry = { channelName: string; address: string; responseSlaHours: number | null };

/** The first field at fault and why, or null. `address`: as it would be stored, null when it cannot be read. */
export function channelProblem(
  type: ChannelType,
  { channelName, address: written, responseSlaHours: hours }: ChannelEntry,
  address: string | null,
): { field: "channelName" | "address" | "responseSlaHours"; message: string } | null {
  const name = channelName.trim();
  if (name === "" || name.length > MAX_CHANNEL_NAME) {
    return { field: "channelName", message: `Give it a name of at most ${MAX_CHANNEL_NAME} characters.` };
  }
  if (type === "email_outlook" && address === null) {
    return { field: "address", message: "This is no e-mail address." };
  }
  if (written.trim() !== "" && address === null) {
    return { field: "address", message: "This is no phone number; write it with its country: +49 …" };
  }
  if (hours !== null && !(hours > 0 && hours <= MAX_RESPONSE_HOURS)) {
    return { field: "responseSlaHours", message: `More than nothing, at most ${MAX_RESPONSE_HOURS} hours.` };
  }
  return null;
}
