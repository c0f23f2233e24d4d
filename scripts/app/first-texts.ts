import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";

/**
 * The parts of the texts (top names of src/locales) that the shell and the list of conversations need. Everything that
 * is loaded later may use all of them: it waits for the others (src/lib/i18n.ts). tests/architecture/first-texts.test.ts
 * finds out when this list is too short.
 */
export const FIRST_TEXTS: readonly string[] = [
  "actions",
  "app",
  "assignment",
  "bookingStatus",
  "bulk",
  "channels",
  "common",
  "composer",
  "delivery",
  "errors",
  "filters",
  "gettingStarted",
  "inbox",
  "inboxTasks",
  "languages",
  "nav",
  "notifications",
  "personal",
  "phone",
  "priorities",
  "savedViews",
  "sequenceStatus",
  "shell",
  "slaSettings",
  "snooze",
  "stepState",
  "tasks",
  "themes",
  "thread",
  "threadStatus",
  "time",
];

const PART = /\.json\?(?<part>first|rest)$/;

/** `name.json?first` is the texts of FIRST_TEXTS, `name.json?rest` the others. */
export function firstTexts(): Plugin {
  return {
    name: "first-texts",
    enforce: "pre",
    async load(id) {
      const part = PART.exec(id)?.groups?.["part"];
      if (part === undefined) return null;
      const file = id.replace(PART, ".json");
      this.addWatchFile(file);
      const texts = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
      const entries = Object.entries(texts).filter(([name]) => FIRST_TEXTS.includes(name) === (part === "first"));
      return { code: `export default ${JSON.stringify(Object.fromEntries(entries))};`, moduleType: "js" };
    },
  };
}
