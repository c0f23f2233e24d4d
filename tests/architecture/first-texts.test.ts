import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FIRST_TEXTS } from "../../scripts/app/first-texts.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What a signed-in person's browser loads before anything is done. */
const FIRST_FILES = ["src/main.tsx", "src/routes/inbox.tsx"];
const NAMES = Object.keys(JSON.parse(readFileSync(join(ROOT, "src/locales/en.json"), "utf8")) as object);

/** Files of ours that come along with `entries`: over imports and re-exports, not over `import()` and not for types. */
function loadedWith(entries: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const open = entries.map((entry) => join(ROOT, entry));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    const text = readFileSync(path, "utf8");
    found.set(path, text);
    for (const [, specifier] of text.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?"(\.[^"]+)";$/gm)) {
      const target = resolve(dirname(path), specifier ?? "");
      const file = [".ts", ".tsx"].map((end) => target + end).find((name) => existsSync(name));
      if (file !== undefined) open.push(file);
    }
  }
  return found;
}

/** Top names of texts that begin a string anywhere in a file of the app: more than what it says, never less. */
function namesIn([path, text]: [string, string]): string[] {
  if (!path.startsWith(join(ROOT, "src"))) return [];
  return [...text.matchAll(/["'`]([a-zA-Z]+)\./g)].flatMap(([, name = ""]) => (NAMES.includes(name) ? [name] : []));
}

describe("the texts of the first screen", () => {
  const files = loadedWith(FIRST_FILES);

  it("are all that its files may say", () => {
    const missing = [...files].flatMap((file) =>
      namesIn(file).flatMap((name) => (FIRST_TEXTS.includes(name) ? [] : [`${file[0]}: ${name}`])),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  it("are no more than that", () => {
    const said = new Set([...files].flatMap(namesIn));
    expect(FIRST_TEXTS.filter((name) => !said.has(name))).toEqual([]);
  });

  it("reach the shell and the list, and nothing that is loaded later", () => {
    const has = (path: string) => files.has(join(ROOT, path));
    expect(has("src/features/shell/sidebar.tsx") && has("src/features/inbox/thread-row.tsx")).toBe(true);
    expect(has("src/features/inbox/thread-screen.tsx") || has("src/features/shell/command-palette.tsx")).toBe(false);
  });

  it("are followed by all others before anything that is loaded later", () => {
    // The first screen itself, the texts, and what says nothing of its own.
    const free = /^\.\.\/(?:routes\/inbox|locales\/.+|snooze-times)$|^\.\/clerk-auth$/;
    const hasty = [...files].flatMap(([path, text]) =>
      [...text.matchAll(/(?<before>[^;]*?)\bimport\("(?<target>[^"]+)"\)/g)].flatMap(({ groups }) =>
        /withTexts\($|later\(\s*async \(\) => \(await $/.test(groups?.["before"] ?? "") ||
        free.test(groups?.["target"] ?? "")
          ? []
          : [`${path}: ${groups?.["target"]}`],
      ),
    );
    expect(hasty).toEqual([]);
  });
});
