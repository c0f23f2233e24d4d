import { posix } from "node:path";

/** Ranks of design section 3.2: a file imports only from its own domain or a lower rank. */
const DOMAIN_RANKS: Record<string, number> = {
  lib: 0,
  orgs: 1,
  events: 1,
  audit: 1,
  files: 1,
  contacts: 2,
  templates: 2,
  connections: 2,
  delivery: 3,
  intake: 3,
  sla: 3,
  inbox: 4,
  tasks: 4,
  tracking: 4,
  bookings: 5,
  collab: 5,
  notifications: 5,
  surveys: 5,
  sequences: 6,
  api: 7,
  analytics: 7,
  bookkeeping: 7,
  alerts: 8,
  privacy: 7,
  sandbox: 8,
  dev: 8,
};

/** What a file name inside a domain says it may do. Anything else is a pure rule file. */
const ROLE_FILES = ["schema", "model", "queries", "mutations", "jobs", "nodeJobs", "http", "reactions"];

/** Files that carry a context or platform access by design, outside the role names. Each with its reason. */
const NOT_PURE: Record<string, string> = {
  "lib/access": "reads membership for every declaration",
  "lib/functions": "the builders",
  "lib/threadAccess": "tells every domain that names conversations who may open one",
  "lib/log": "the one place that prints",
  "lib/env": "the one place that reads deployment variables",
  "lib/crypto": "keys and randomness",
  "lib/rateLimits": "the rate limiter component's client",
  "events/subscriptions": "table of function references",
  "delivery/sourceChecks": "table of function references",
  "intake/processors": "table of function references",
  "bookings/journeySources": "table of function references",
  "contacts/imports/usage": "table of function references",
  "contacts/merges/parts": "table of function references",
  "privacy/parts": "table of function references",
  "collab/presence": "public functions in the shape the presence component's hook wants",
};

export interface SourceFile {
  /** Relative to the repository root, posix separators. */
  path: string;
  text: string;
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*"([^"]+)"|import\("([^"]+)"\)/g;

/** Import specifiers of a file, in order. */
function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
}

function targetOf(file: SourceFile, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  return posix.normalize(posix.join(posix.dirname(file.path), specifier));
}

const domainOf = (path: string): string | null => /^convex\/([^/]+)\//.exec(path)?.[1] ?? null;
const isTest = (path: string) => /\.test\.tsx?$/.test(path);

/** Imports inside `convex/` that climb the ranks or cross to a sibling domain. */
export function rankViolations(files: SourceFile[]): string[] {
  return files.flatMap((file) => {
    const domain = domainOf(file.path);
    if (domain === null || domain === "_generated" || isTest(file.path)) return [];
    const rank = DOMAIN_RANKS[domain];
    if (rank === undefined) return [`${file.path}: domain ${domain} has no rank`];
    return importsOf(file.text).flatMap((specifier) => {
      const target = targetOf(file, specifier);
      const other = target === null ? null : domainOf(target);
      if (target === null || other === null || other === domain || other === "_generated") return [];
      const otherRank = DOMAIN_RANKS[other];
      if (otherRank !== undefined && otherRank < rank) return [];
      return [`${file.path} (rank ${rank}) imports ${specifier} (${other}, rank ${otherRank ?? "none"})`];
    });
  });
}

function isPure(path: string): boolean {
  const match = /^convex\/(.+)\.tsx?$/.exec(path);
  const module = match?.[1];
  if (module === undefined || !module.includes("/") || isTest(path)) return false;
  if (module.startsWith("_generated/") || module.startsWith("dev/") || module in NOT_PURE) return false;
  return (
    !module
      .split("/")
      .slice(1)
      .some((part) => ROLE_FILES.includes(part)) && !module.includes("/providers/")
  );
}

const IMPURE: [RegExp, string][] = [
  [/\bctx\b/, "takes a context"],
  [/\bDate\.now\(\)|new Date\(\)/, "reads the clock"],
  [/\bMath\.random\(\)|crypto\.(getRandomValues|randomUUID)/, "uses randomness"],
  [/from "[^"]*_generated\/(server|api)"/, "imports functions"],
  [/\bprocess\.env\b/, "reads the environment"],
];

const stripComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

/** Rule files that are not pure: no context, no clock, no randomness, no environment. */
export function purityViolations(files: SourceFile[]): string[] {
  return files
    .filter((file) => isPure(file.path))
    .flatMap((file) =>
      IMPURE.filter(([pattern]) => pattern.test(stripComments(file.text))).map(([, why]) => `${file.path} ${why}`),
    );
}

/** Only a domain's own model may touch the database; queries, mutations and http files stay thin. */
export function databaseViolations(files: SourceFile[]): string[] {
  return files
    .filter((file) => /^convex\/[^/]+\/(?:.+\/)?(queries|mutations|http|reactions)\.ts$/.test(file.path))
    .filter((file) => /\bctx\.db\b|\bdb\.(get|query|insert|patch|replace|delete)\(/.test(stripComments(file.text)))
    .map((file) => `${file.path} touches the database; that is model.ts's work`);
}

/** Tables that one file writes alone, because each row says when it changed last. */
const ONE_WRITER: Record<string, string> = {
  tasks: "convex/tasks/model/rows.ts",
  contacts: "convex/contacts/model/rows.ts",
};

/** Writes of those tables anywhere else. */
export function writerViolations(files: SourceFile[]): string[] {
  return files
    .filter((file) => file.path.startsWith("convex/") && !isTest(file.path))
    .flatMap((file) =>
      [...stripComments(file.text).matchAll(/\bdb\s*\.(?:insert|patch|replace|delete)\(\s*"(\w+)"/g)]
        .map(([, table = ""]) => table)
        .filter((table) => table in ONE_WRITER && ONE_WRITER[table] !== file.path)
        .map((table) => `${file.path} writes ${table}; that is the work of ${ONE_WRITER[table]}`),
    );
}

const SRC_ORDER = ["lib", "components", "editor", "features", "routes", "app"];

/** `src/`: app → routes → features → components → lib; features never import each other. */
export function sourceDirectionViolations(files: SourceFile[]): string[] {
  return files.flatMap((file) => {
    const from = /^src\/([^/]+)\/(?:([^/]+)\/)?/.exec(file.path);
    if (from === null || isTest(file.path)) return [];
    return importsOf(file.text).flatMap((specifier) => {
      const target = targetOf(file, specifier);
      if (target?.startsWith("convex/")) return browserImportViolation(file.path, target);
      const to = target === null ? null : /^src\/([^/]+)(?:\/([^/]+))?/.exec(target);
      if (to === null) return [];
      const climbs = SRC_ORDER.indexOf(to[1] ?? "") > SRC_ORDER.indexOf(from[1] ?? "");
      const crosses = from[1] === "features" && to[1] === "features" && from[2] !== to[2];
      return climbs || crosses ? [`${file.path} imports ${specifier}`] : [];
    });
  });
}

function browserImportViolation(path: string, target: string): string[] {
  const allowed = target.startsWith("convex/_generated/") || isPure(`${target}.ts`) || target === "convex/lib/errors";
  return allowed ? [] : [`${path} imports ${target}: the browser takes only _generated and pure files`];
}
