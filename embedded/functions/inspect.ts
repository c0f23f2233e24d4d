// How Convex's default runtime shows values in log lines: objects over several lines, five levels deep, strings quoted.
// Values come from other realms, so nothing here asks `instanceof` of a built-in class.
import { types } from "node:util";

const MAX_DEPTH = 5;

// As long as a whole log line may be (convex-facts f.5); what comes behind it would be cut anyway.
const MAX_TEXT_LENGTH = 32_768;

const INDENT = "  ";

/** Where in the whole a value stands. Within keys of a Map nothing is spread over lines. */
interface Place {
  depth: number;
  seen: readonly object[];
  isOneLine: boolean;
}

type Keyed = Record<PropertyKey, unknown>;

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

function escapeControl(character: string): string {
  if (character.charCodeAt(0) > 0x1f) return character;
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
  return NAMED_ESCAPES[character] ?? `\\x${code}`;
}

function quoted(text: string): string {
  const left = text.length - MAX_TEXT_LENGTH;
  const shown = left > 0 ? text.slice(0, MAX_TEXT_LENGTH) : text;
  const escaped = shown.replace(/['\\]/g, "\\$&").replace(/\p{Cc}/gu, escapeControl);
  const more = left > 0 ? `... ${left} more character${left > 1 ? "s" : ""}` : "";
  return `'${escaped}'${more}`;
}

function joinLines(parts: readonly string[], { depth }: Place): string {
  if (parts.length === 0) return "";
  const line = `\n${INDENT.repeat(depth + 1)}`;
  return `${line}${parts.join(`,${line}`)}\n${INDENT.repeat(depth)}`;
}

function inside(place: Place, owner: object): Place {
  return { ...place, depth: place.depth + 1, seen: [...place.seen, owner] };
}

/** Elements, then members with their names, then those named by symbols. */
function members(owner: object, place: Place): string[] {
  const within = inside(place, owner);
  const values = owner as Keyed;
  const isList = Array.isArray(owner);
  const elements = isList
    ? Array.from(owner, (value: unknown, index) => (index in owner ? show(value, within) : ""))
    : [];
  const names = Object.keys(owner).filter((name) => !isList || !(String(Number(name)) === name));
  const named = names.map((name) => `${/[^\w$]/.test(name) ? quoted(name) : name}: ${show(values[name], within)}`);
  const symbols = Object.getOwnPropertySymbols(owner)
    .filter((symbol) => Object.prototype.propertyIsEnumerable.call(owner, symbol))
    .map((symbol) => `[${String(symbol)}]: ${show(values[symbol], within)}`);
  return [...elements, ...named, ...symbols];
}

function showFunction(value: () => unknown, place: Place): string {
  const parts = members(value, place);
  const name = value.name === "" ? " (anonymous)" : `: ${value.name}`;
  return `[Function${name}]${parts.length > 0 ? ` { ${parts.join(", ")} }` : ""}`;
}

function showList(value: unknown[], place: Place): string {
  if (value.length === 0) return "[]";
  const parts = members(value, place);
  if (!place.isOneLine && parts.some((part) => part.includes("\n"))) return `[${joinLines(parts, place)}]`;
  return `[ ${parts.join(", ")} ]`;
}

function showError(error: Error, place: Place): string {
  const parts = members(error, place);
  const hasHiddenCause = "cause" in error && !Object.prototype.propertyIsEnumerable.call(error, "cause");
  if (hasHiddenCause) parts.unshift(`[cause]: ${show(error.cause, inside(place, error))}`);
  return parts.length === 0 ? `[${String(error)}]` : `{ [${String(error)}] ${parts.join(", ")} }`;
}

function showCollection(value: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>, place: Place): string {
  const within = inside(place, value);
  const parts: string[] = [];
  const isMap = types.isMap(value);
  if (isMap) {
    for (const [key, item] of value) {
      parts.push(`${show(key, { ...within, isOneLine: true })} => ${show(item, within)}`);
    }
  } else for (const item of value as ReadonlySet<unknown>) parts.push(show(item, within));
  return `${isMap ? "Map" : "Set"} (${value.size}) {${place.isOneLine ? parts.join(", ") : joinLines(parts, place)}}`;
}

/** Whether it is the `Object.prototype` of some realm. */
function isRoot(prototype: object | null): boolean {
  return prototype !== null && Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

function inheritsFromObject(value: object): boolean {
  for (let at = Object.getPrototypeOf(value) as object | null; at !== null;) {
    if (isRoot(at)) return true;
    at = Object.getPrototypeOf(at) as object | null;
  }
  return false;
}

/** What stands before the braces. */
function tagOf(value: object): string {
  if (isRoot(Object.getPrototypeOf(value) as object | null)) return "";
  const made: unknown = value.constructor;
  const className = typeof made === "function" && made.name !== "" ? `${made.name} ` : "";
  const isObject = inheritsFromObject(value);
  const tag =
    Symbol.toStringTag in value ? Object.prototype.toString.call(value).slice(8, -1) : isObject ? "" : "Object";
  const marks = [tag, isObject ? "" : "null prototype"].filter((mark) => mark !== "");
  return marks.length === 0 ? className : `${className}[${marks.join(": ")}] `;
}

function showPlain(value: object, place: Place): string {
  const parts = members(value, place);
  const tag = tagOf(value);
  if (parts.length === 0) return `${tag}{}`;
  return place.isOneLine ? `${tag}{ ${parts.join(", ")} }` : `${tag}{${joinLines(parts, place)}}`;
}

const ALONE: Place = { depth: 0, seen: [], isOneLine: true };

/** What Convex's own classes of the web say of themselves, on one line; null for anything else. */
function showWebObject(value: object): string | null {
  if (value instanceof URL) {
    const { href, origin, protocol, username, password, host, hostname, port, pathname, hash, search } = value;
    const parts = { href, origin, protocol, username, password, host, hostname, port, pathname, hash, search };
    return `URL ${show(parts, ALONE)}`;
  }
  if (value instanceof URLSearchParams) {
    const pairs = [...value].map(([name, text]) => `${quoted(name)} => ${quoted(text)}`);
    return pairs.length === 0 ? "URLSearchParams {}" : `URLSearchParams { ${pairs.join(", ")} }`;
  }
  if (value instanceof Headers) return `Headers ${show(Object.fromEntries(value), ALONE)}`;
  return null;
}

function showBoxed(value: object): string | null {
  if (!types.isBoxedPrimitive(value)) return null;
  return `Object(${show(value.valueOf(), ALONE)})`;
}

function showObject(value: object, place: Place): string {
  if (place.depth >= MAX_DEPTH) return Array.isArray(value) ? "[Array]" : "[Object]";
  if (place.seen.includes(value)) return "[Circular]";
  if (Array.isArray(value)) return showList(value, place);
  if (types.isNativeError(value)) return showError(value, place);
  // The author's own way to show an object.
  const own = (value as Keyed).inspect;
  if (typeof own === "function") return String((own as () => unknown).call(value));
  if (types.isMap(value) || types.isSet(value)) return showCollection(value, place);
  if (types.isWeakMap(value)) return "WeakMap { ? }";
  if (types.isWeakSet(value)) return "WeakSet { ? }";
  if (types.isDate(value) || types.isRegExp(value)) return String(value);
  if ((value as Keyed).globalThis === value) return "{ [object globalThis] }";
  return showBoxed(value) ?? showWebObject(value) ?? showPlain(value, place);
}

function show(value: unknown, place: Place): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return place.seen.includes(value) ? "[Circular]" : showFunction(value as () => unknown, place);
    case "object":
      return value === null ? "null" : showObject(value, place);
    default:
      return String(value);
  }
}

/**
 * A value as text, as Convex's default runtime shows it in log lines: what the npm package object-inspect makes of it
 * with an indent of 2. Text that is no valid Unicode gets replacement characters. Throws what getters of the value throw.
 */
export function inspectValue(value: unknown): string {
  return Buffer.from(show(value, { depth: 0, seen: [], isOneLine: false })).toString();
}
