import type { Choice, NotificationChannel, NotificationKind } from "./schema";

// What a member wants to be told, and when not. Pure; the browser asks the same file.

/** Everything that is a member's own appears in the list and, in the background, on the desktop. */
const DEFAULT_CHANNELS: readonly NotificationChannel[] = ["app", "browser"];

/** What cannot wait until somebody sits at a desk follows them (product.md A-46: mobile push for critical). */
const CRITICAL_KINDS: readonly NotificationKind[] = ["deadline", "alert"];

/** Nobody's own yet: a team has it in its list, and who wants to hear of everybody's says so. */
const SHARED_KINDS: Partial<Record<NotificationKind, readonly NotificationChannel[]>> = {
  team_unassigned: ["app"],
  unassigned: [],
};

function defaultsOf(kind: NotificationKind): readonly NotificationChannel[] {
  const shared = SHARED_KINDS[kind];
  if (shared !== undefined) return shared;
  return CRITICAL_KINDS.includes(kind) ? [...DEFAULT_CHANNELS, "push"] : DEFAULT_CHANNELS;
}

/** The ways for a kind: the member's choice, else the default. Without the list there is nothing else either. */
export function channelsFor(choices: readonly Choice[], kind: NotificationKind): readonly NotificationChannel[] {
  const channels = choices.find((choice) => choice.kind === kind)?.channels ?? defaultsOf(kind);
  return channels.includes("app") ? channels : [];
}

/** The choices with one way of one kind switched on or off. */
export function withChannel(
  choices: readonly Choice[],
  kind: NotificationKind,
  channel: NotificationChannel,
  isOn: boolean,
): Choice[] {
  const before = choices.find((choice) => choice.kind === kind)?.channels ?? defaultsOf(kind);
  const channels = before.filter((each) => each !== channel);
  return [
    ...choices.filter((choice) => choice.kind !== kind),
    { kind, channels: isOn ? [...channels, channel] : channels },
  ];
}

/**
 * True when a happening goes to the member's devices: by their choice for its kind, else when it is critical by itself or
 * happens in a conversation that is (S1 "Mobile App: Critical message alerts").
 */
export function isPushed(choices: readonly Choice[], kind: NotificationKind, isCritical: boolean): boolean {
  const isChosen = choices.some((choice) => choice.kind === kind);
  return channelsFor(choices, kind).includes("push") || (isCritical && !isChosen);
}

/**
 * True when the wall clock ("HH:MM") lies in the quiet hours; they may span midnight, the end is not part of them, and
 * where start and end are the same there are none.
 */
export function isQuiet(clock: string, quietHours: { start: string; end: string } | undefined): boolean {
  if (quietHours === undefined) return false;
  const { start, end } = quietHours;
  if (start <= end) return start <= clock && clock < end;
  return start <= clock || clock < end;
}
