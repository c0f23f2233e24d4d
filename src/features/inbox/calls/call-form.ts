import type { MessageRow } from "../../../lib/api-types";
import { instantOfLocal } from "../../../lib/local-time";

type Call = NonNullable<MessageRow["call"]>;

/** A call as its fields have it: times by the clock of a zone, the length as "m" or "m:ss". */
export type CallForm = Pick<Call, "direction" | "outcome"> & {
  memberId: string;
  at: string;
  length: string;
  callback: string;
  text: string;
};

type CallFacts = Pick<Call, "direction" | "outcome" | "seconds"> & { at: number; text: string; callbackAt?: number };

/** The call that was typed in, or the field that does not say one. */
export function callOfForm(
  { direction, outcome, at, length, callback, text }: CallForm,
  zone: string,
): { ok: true; call: CallFacts } | { ok: false; field: "at" | "length" | "callback" } {
  const instant = instantOfLocal(at, zone);
  if (instant === null) return { ok: false, field: "at" };
  const seconds = secondsOf(length);
  if (seconds === null) return { ok: false, field: "length" };
  const call = { direction, outcome, seconds, at: instant, text };
  if (callback === "" || outcome === "answered") return { ok: true, call };
  const callbackAt = instantOfLocal(callback, zone);
  if (callbackAt === null || callbackAt <= instant) return { ok: false, field: "callback" };
  return { ok: true, call: { ...call, callbackAt } };
}

/** "4", "4:05", "1:02:03" as seconds; nothing is none; null for what is no length. */
export function secondsOf(length: string): number | null {
  const text = length.trim();
  if (text === "") return 0;
  if (/^\d{1,4}$/.test(text)) return Number(text) * 60;
  const match = /^(?:(\d{1,2}):)?(\d{1,2}):([0-5]\d)$/.exec(text);
  if (match === null) return null;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Seconds as people read a length: "4:05", "1:02:03"; none: nothing. */
export function lengthOf(seconds: number): string {
  if (seconds === 0) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}
