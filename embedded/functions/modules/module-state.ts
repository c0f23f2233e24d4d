import { SourceMap } from "node:module";
import type { CompiledModule } from "./compile.ts";

// The CLI's bundler writes one statement a line, those of the module itself at the margin and what is inside functions
// indented, spaces around every assignment, and gives inner variables other names than those of the module they see.
// That makes a reading by line good enough: a line taken for more than it is costs a module its reuse, nothing else.
const VARIABLES = /^(?:export )?(?:var|let|const) /;
const DECLARATOR = /(?:^(?:export )?(?:var|let|const) |, )([A-Za-z_$][\w$]*)(?= = |[,;])/g;
const DESTRUCTURED = /^(?:export )?(?:var|let|const) [{[](.*?)[}\]] = /;
const NAMED = /^(?:export )?(?:default )?(?:async )?(?:class|function\*?) ([A-Za-z_$][\w$]*)/;
const NAME = /[A-Za-z_$][\w$]*/g;

// Variables that hold something with methods that change it.
const CONTAINER =
  /([A-Za-z_$][\w$]*) = (?:\/\* @__PURE__ \*\/ )?(?:new (?:Map|Set|WeakMap|WeakSet|Array)\b|Object\.create\(|\[|\{)/g;

// Where a line at the margin begins to be about later: the body of an arrow function, or a block.
const LATER = /=>|\{/;

const MEMBERS = String.raw`(?:\??\.[\w$]+|\[[^\]\n]*\])*`;
const ASSIGNMENT = new RegExp(
  String.raw`(?<![\w$.])([A-Za-z_$][\w$]*)(${MEMBERS})(?: (?:[-+*/%&|^]|\*\*|<<|>>>?|\?\?|\|\||&&)?= |\+\+|--)`,
  "g",
);
const PREFIX = new RegExp(String.raw`(?:\+\+|--|\bdelete )([A-Za-z_$][\w$]*)(${MEMBERS})`, "g");
const MUTATION = new RegExp(
  String.raw`(?<![\w$.])([A-Za-z_$][\w$]*)(${MEMBERS})\.(?:set|add|delete|clear|push|pop|shift|unshift|splice)\(`,
  "g",
);

// There `a = …` declares.
const DECLARING = /^\s*(?:export )?(?:for \()?(?:let|const|var) /;
const PLAIN = /^[\w$]+ = $/;

// What libraries keep is meant to live as long as the process, and is theirs to keep right.
const LIBRARY = /(?:^|\/)node_modules\//;

interface OwnNames {
  all: Set<string>;
  containers: Set<string>;
}

/** Names that the module declares itself. */
function ownNames(lines: readonly string[]): OwnNames {
  const all = new Set<string>();
  const containers = new Set<string>();
  for (const line of lines) {
    const named = NAMED.exec(line)?.[1];
    if (named !== undefined) all.add(named);
    if (!VARIABLES.test(line)) continue;
    for (const [, name = ""] of line.matchAll(DECLARATOR)) all.add(name);
    for (const [name] of (DESTRUCTURED.exec(line)?.[1] ?? "").matchAll(NAME)) all.add(name);
    for (const [, name = ""] of line.matchAll(CONTAINER)) containers.add(name);
  }
  return { all, containers };
}

/** Columns of what a line writes to the module's own variables when it is run later. */
function* writes(line: string, { all, containers }: OwnNames): Iterable<number> {
  const from = /^\s/.test(line) ? 0 : line.search(LATER);
  if (from === -1) return;
  const later = line.slice(from);
  const isDeclaring = DECLARING.test(line);
  for (const match of later.matchAll(ASSIGNMENT)) {
    if (all.has(match[1] ?? "") && !(isDeclaring && PLAIN.test(match[0]))) yield from + match.index;
  }
  for (const match of later.matchAll(PREFIX)) if (all.has(match[1] ?? "")) yield from + match.index;
  for (const match of later.matchAll(MUTATION)) if (containers.has(match[1] ?? "")) yield from + match.index;
}

/**
 * Whether functions of a module write to variables of the module, so that one run could leave something to the next.
 * `map` is the module's source map, JSON text. Errs on the side of saying so, except for what libraries keep and what is
 * hidden in closures.
 */
export function keepsState(source: string, map: string | null): boolean {
  const lines = source.split("\n");
  const names = ownNames(lines);
  let parsed: SourceMap | null = null;
  for (const [index, line] of lines.entries()) {
    for (const column of writes(line, names)) {
      if (map === null) return true;
      parsed ??= new SourceMap(JSON.parse(map) as ConstructorParameters<typeof SourceMap>[0]);
      const entry = parsed.findEntry(index, column);
      // What comes from no file is the bundler's.
      if (!("originalSource" in entry) || entry.originalSource === undefined) continue;
      if (!LIBRARY.test(entry.originalSource)) return true;
    }
  }
  return false;
}

const freshByModules = new WeakMap<ReadonlyMap<string, CompiledModule>, ReadonlySet<string>>();

/**
 * The modules that every run must evaluate anew, because they or what they import keep state: Convex evaluates all of
 * them for every run (convex-facts d.1).
 */
export function freshModules(modules: ReadonlyMap<string, CompiledModule>): ReadonlySet<string> {
  const known = freshByModules.get(modules);
  if (known !== undefined) return known;
  const importers = new Map<string, string[]>();
  for (const { path, imports } of modules.values()) {
    for (const imported of imports) importers.set(imported, [...(importers.get(imported) ?? []), path]);
  }
  const fresh = new Set<string>();
  const add = (path: string) => {
    if (fresh.has(path)) return;
    fresh.add(path);
    importers.get(path)?.forEach(add);
  };
  for (const { path, keepsState: isStateful } of modules.values()) if (isStateful) add(path);
  freshByModules.set(modules, fresh);
  return fresh;
}
