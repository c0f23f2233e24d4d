import { SourceMap } from "node:module";
import { posix } from "node:path";
import { displayName } from "./compile.ts";

/** The part of V8's CallSite that frames are made of; objects of any realm. */
export interface CallSiteLike {
  getFileName(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getFunctionName(): string | null;
  getTypeName(): string | null;
  getMethodName(): string | null;
  isAsync(): boolean;
  isConstructor(): boolean;
  isPromiseAll(): boolean;
}

// Frames inside the client library say nothing to the author; the reference leaves them out (convex-facts a.10).
const LIBRARY_SOURCE = /(^|\/)node_modules\/convex\//;

/** Script name under which the host enters a realm. */
export const ENTER_FILE_NAME = "switchboard:enter";

// A worker's own code has no file.
const HOST_SCRIPT = /^\[worker eval\]$|^evalmachine\./;

const PLAIN_POSITION = /(convex:\/user\/[^\s:()]+):(\d+):(\d+)/g;

interface Position {
  file: string;
  line: number;
  column: number;
}

/** Maps positions in compiled modules to the author's files. Source maps are parsed when first needed. */
export class FrameMapper {
  readonly #texts = new Map<string, string>();
  readonly #byDisplayName = new Map<string, string>();
  readonly #parsed = new Map<string, SourceMap>();

  add(fileName: string, map: string | null): void {
    if (map === null) return;
    this.#texts.set(fileName, map);
    this.#byDisplayName.set(displayName(fileName), fileName);
  }

  /** Forgets every map but those of `fileNames`. */
  retain(fileNames: ReadonlySet<string>): void {
    for (const fileName of this.#texts.keys()) {
      if (fileNames.has(fileName)) continue;
      this.#texts.delete(fileName);
      this.#parsed.delete(fileName);
    }
  }

  /** `line` and `column` count from 1, as V8 gives them, in the module's own text. */
  map(fileName: string, line: number, column: number): Position {
    const unmapped = { file: displayName(fileName), line, column };
    const map = this.#parse(fileName);
    if (map === null) return unmapped;
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry) || entry.originalSource === undefined) return unmapped;
    const directory = posix.dirname(displayName(fileName).slice("convex:/user/".length));
    return {
      file: posix.join(directory, entry.originalSource),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  }

  /** The `    at …` lines of a stack, each ended by a newline; frames of the host and of the library are left out. */
  format(sites: readonly CallSiteLike[]): string {
    // A nested run is on the stack of its caller's; what lies below where it was entered is not its own.
    const entered = sites.findIndex((site) => site.getFileName() === ENTER_FILE_NAME);
    const own = entered === -1 ? sites : sites.filter((site, index) => index < entered || site.isAsync());
    return own.map((site) => this.#line(site)).join("");
  }

  /** A stack as Node's own reads, in the positions of the pushed modules; frames of the host are left out. */
  formatPlain(sites: readonly CallSiteLike[], limit: number): string {
    const own = sites.filter((site) => !HOST_SCRIPT.test(site.getFileName() ?? ""));
    return own.slice(0, limit).map(plainLine).join("");
  }

  /** Log text with the positions of pushed modules replaced by those in the author's files. */
  mapText(text: string): string {
    return text.replace(PLAIN_POSITION, (position, display: string, line: string, column: string) => {
      const fileName = this.#byDisplayName.get(display);
      if (fileName === undefined) return position;
      const mapped = this.map(fileName, Number(line), Number(column));
      return `${mapped.file}:${mapped.line}:${mapped.column}`;
    });
  }

  #line(site: CallSiteLike): string {
    const fileName = site.getFileName();
    if (fileName === null || fileName === undefined || !fileName.startsWith("convex:/")) return "";
    const position = this.map(fileName, site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
    if (LIBRARY_SOURCE.test(position.file)) return "";
    return `    at ${callee(site)} (${position.file}:${position.line}:${position.column})\n`;
  }

  #parse(fileName: string): SourceMap | null {
    const known = this.#parsed.get(fileName);
    if (known !== undefined) return known;
    const text = this.#texts.get(fileName);
    if (text === undefined) return null;
    const map = new SourceMap(JSON.parse(text));
    this.#parsed.set(fileName, map);
    return map;
  }
}

function plainLine(site: CallSiteLike): string {
  const place = `${displayName(site.getFileName() ?? "<anonymous>")}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  const name = site.getFunctionName() ?? site.getMethodName();
  return name === null ? `    at ${place}\n` : `    at ${site.isAsync() ? "async " : ""}${name} (${place})\n`;
}

function callee(site: CallSiteLike): string {
  const name = site.getFunctionName() ?? "<anonymous>";
  if (site.isPromiseAll()) return "async Promise.all";
  if (site.isAsync()) return `async ${name}`;
  if (site.isConstructor()) return `new ${name}`;
  const type = site.getTypeName();
  return type === null || type === "Object" || name.includes(".") || name === "<anonymous>" ? name : `${type}.${name}`;
}
