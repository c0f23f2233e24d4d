import { ADDRESS_CHANNELS, type AddressChannel } from "../../contacts/schema";

// What the preference page's form sends and what it means. Unchecked boxes send nothing, so the form also names those
// that were on the page: only what a person saw can be changed by them.

/** One box: a topic on a channel. */
export type CellKey = { topic: string; channel: AddressChannel };

/** Pauses on offer, in days. */
export const PAUSE_DAYS = [30, 90, 180] as const;

/** "At most once in so many days" on offer. */
export const FREQUENCY_DAYS = [7, 30] as const;

export type PauseChoice = { kind: "keep" } | { kind: "end" } | { kind: "days"; days: number };

/** What a person chose. */
export type Choices = {
  cells: (CellKey & { isWanted: boolean })[];
  pause: PauseChoice;
  /** Null: as often as there is something; undefined: unchanged. */
  everyDays: number | null | undefined;
};

export const FIELDS = { shown: "shown", wanted: "want", pause: "pause", frequency: "often", all: "all" } as const;

/** Text of a box in the form: "news/email". */
export function cellText({ topic, channel }: CellKey): string {
  return `${topic}/${channel}`;
}

/** Reads the form; what is no field of ours is left out. */
export function readChoices(form: URLSearchParams): Choices {
  const wanted = new Set(form.getAll(FIELDS.wanted));
  const shown = [...new Set(form.getAll(FIELDS.shown))];
  return {
    cells: shown.flatMap((text) => {
      const key = readCell(text);
      return key === null ? [] : [{ ...key, isWanted: wanted.has(text) }];
    }),
    pause: readPause(form.get(FIELDS.pause)),
    everyDays: readFrequency(form.get(FIELDS.frequency)),
  };
}

function readCell(text: string): CellKey | null {
  const [topic = "", name = "", ...rest] = text.split("/");
  const channel = ADDRESS_CHANNELS.find((each) => each === name);
  return topic === "" || channel === undefined || rest.length > 0 ? null : { topic, channel };
}

function readPause(text: string | null): PauseChoice {
  if (text === "end") return { kind: "end" };
  const days = PAUSE_DAYS.find((each) => String(each) === text);
  return days === undefined ? { kind: "keep" } : { kind: "days", days };
}

function readFrequency(text: string | null): number | null | undefined {
  if (text === "0") return null;
  return FREQUENCY_DAYS.find((each) => String(each) === text);
}

/** An address as a page shows it to whoever has the link: enough to know one's own, too little to learn another's. */
export function masked(channel: AddressChannel, address: string): string {
  if (channel !== "email") return `${address.slice(0, 3)} ••• ${address.slice(-3)}`;
  const at = address.lastIndexOf("@");
  return `${address.slice(0, 1)}•••${address.slice(at)}`;
}
