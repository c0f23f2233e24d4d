import type { Plugin, Rolldown } from "vite";

/** What is on the screen first: the shell and the list of conversations. `main.tsx` stays by itself: it waits for texts. */
const FIRST = /\/src\/(?:app\/(?:providers|router)|routes\/inbox)\.tsx$/;
const OURS = /\/(?:src|convex)\/[^?]+\.tsx?$/;
const ICONS = /\/lucide-react\/dist\/esm\/lucide-react\.m?js$/;
const ICON_IMPORT = /import\s*\{(?<names>[^}]*)\}\s*from\s*["']lucide-react["']/g;
const ICON_EXPORT = /export\s*\{(?<names>[^}]*)\}\s*from\s*["'](?<file>\.\/icons\/[^"']+)["']/g;

/** Large, and only for what comes later: a module that imports one of these stays apart, with what it is used for. */
const LATER = /\/node_modules\/temporal-polyfill\//;

type Modules = Pick<Rolldown.PluginContext, "getModuleInfo" | "getModuleIds">;

/**
 * Puts what the shell and the list of conversations consist of, icons included, into one file. Other screens use parts of
 * it, so each part would be a file otherwise, and a hundred small files are packed a tenth worse than one. Libraries stay
 * where they are: they import nothing from here, so what runs first stays first.
 */
export function firstChunk(): Plugin {
  let first: ReadonlySet<string> = new Set();
  const groups = [
    { name: "first", test: (id: string) => first.has(id) },
    // Otherwise the page's own file would hold some of them, and import what imports it.
    { name: "library", test: /[\\/]node_modules[\\/]/, entriesAware: true },
  ];
  return {
    name: "first-chunk",
    apply: "build",
    config: () => ({
      build: { rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups } } } },
    }),
    buildEnd() {
      const own = ownModules(this);
      first = new Set([...own, ...iconsOf(this, own)]);
    },
  };
}

/** Modules of ours that the first screen imports, directly or through others. */
function ownModules(modules: Modules): Set<string> {
  const found = new Set<string>();
  const open = [...modules.getModuleIds()].filter((id) => FIRST.test(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id) || !OURS.test(id) || id.includes("/node_modules/")) continue;
    const imported = modules.getModuleInfo(id)?.importedIds ?? [];
    if (imported.some((each) => LATER.test(each))) continue;
    found.add(id);
    open.push(...imported);
  }
  return found;
}

/** The files of the icons that these modules name: their library has one module that imports all icons there are. */
function iconsOf(modules: Modules, own: ReadonlySet<string>): string[] {
  const index = [...modules.getModuleIds()].find((id) => ICONS.test(id));
  if (index === undefined) return [];
  const fileOf = new Map<string, string>();
  for (const { groups } of (modules.getModuleInfo(index)?.code ?? "").matchAll(ICON_EXPORT)) {
    const file = new URL(groups?.["file"] ?? "", `file://${index}`).pathname;
    for (const name of namesIn(groups?.["names"])) fileOf.set(name.replace(/^default as /, ""), file);
  }
  const names = [...own].flatMap((id) =>
    [...(modules.getModuleInfo(id)?.code ?? "").matchAll(ICON_IMPORT)].flatMap(({ groups }) =>
      namesIn(groups?.["names"]),
    ),
  );
  return names.flatMap((name) => fileOf.get(name.replace(/ as .*$/, "")) ?? []);
}

function namesIn(list = ""): string[] {
  return list.split(",").map((name) => name.trim());
}
