import { customerLanguage, type CustomerLanguage } from "../../lib/languages";

// What the team reads in a conversation about its tasks. Pure.

const TEXTS: Record<CustomerLanguage, Record<"task.created" | "task.completed", string>> = {
  de: { "task.created": "Aufgabe: {title}", "task.completed": "Aufgabe erledigt: {title}" },
  en: { "task.created": "Task: {title}", "task.completed": "Task done: {title}" },
  nl: { "task.created": "Taak: {title}", "task.completed": "Taak klaar: {title}" },
};

/** The line for a task, in the language of `locale`; null for an event that leaves none. */
export function taskLine(
  locale: string,
  kind: string,
  { title, notes }: { title: string; notes: string },
): string | null {
  if (kind !== "task.created" && kind !== "task.completed") return null;
  const line = TEXTS[customerLanguage(locale)][kind].replace("{title}", () => title);
  return notes === "" ? line : `${line}\n${notes}`;
}
