import type { OutgoingMessage, QuickReplies } from "./types";

/** WhatsApp shows this many answers as buttons; more become a list (providers.md 13.2). */
export const MAX_BUTTONS = 3;
const MAX_ROWS = 10;
const MAX_TITLE_CHARS = { button: 20, row: 24 } as const;
const MAX_DESCRIPTION_CHARS = 72;
const MAX_ID_CHARS = 200;

/** The text with its answers as numbered lines, for channels without buttons. */
export function textWithReplies({ text, quickReplies }: Pick<OutgoingMessage, "text" | "quickReplies">): string {
  if (quickReplies === undefined || quickReplies.options.length === 0) return text;
  const lines = quickReplies.options.map(({ title }, index) => `${index + 1}. ${title}`);
  return `${text}\n\n${lines.join("\n")}`;
}

/** The answers cut to what WhatsApp takes: too many or too long ones would refuse the whole message. */
export function fittedReplies({ label, options }: QuickReplies): QuickReplies & { isList: boolean } {
  const isList = options.length > MAX_BUTTONS || options.some(({ description }) => description !== undefined);
  const titleChars = MAX_TITLE_CHARS[isList ? "row" : "button"];
  return {
    isList,
    label: cut(label, MAX_TITLE_CHARS.button),
    options: options.slice(0, MAX_ROWS).map(({ id, title, description }) => ({
      id: cut(id, MAX_ID_CHARS),
      title: cut(title, titleChars),
      ...(isList && description !== undefined ? { description: cut(description, MAX_DESCRIPTION_CHARS) } : {}),
    })),
  };
}

function cut(text: string, chars: number): string {
  const all = Array.from(text.trim());
  return all.length <= chars ? text.trim() : `${all.slice(0, chars - 1).join("")}…`;
}
