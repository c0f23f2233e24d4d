import { parseArgs } from "node:util";
import { LOG_LEVELS, type LogLevel } from "../../embedded/server/log.ts";
import { StartError } from "../../embedded/server/start-error.ts";

/** What the commands `start`, `backend` and `dev` can be told. */
export interface Options {
  host: string;
  port: number;
  sitePort: number;
  /** Undefined: as the ports listen. */
  publicUrl: string | undefined;
  publicSiteUrl: string | undefined;
  dataDir: string;
  seed: boolean;
  /** Undefined: the machine's clock. */
  testClock: { startMs?: number } | undefined;
  /** Undefined: what the command finds right. */
  logLevel: LogLevel | undefined;
  help: boolean;
}

const COMMON_HELP = `  --port N             port of the app and its API (default 3210; 0 takes a free one)
  --site-port N        port of HTTP actions, such as webhooks (default 3211; 0 takes a free one)
  --host ADDRESS       address to listen on (default 127.0.0.1, this machine only)
  --public-url URL     how the first port is reached from outside, behind a proxy for example
  --public-site-url URL  the same for HTTP actions
  --data DIR           folder that keeps everything (default .switchboard)
  --log-level LEVEL    debug (every request), info, warn or error
  --test-clock[=WHEN]  stand still at WHEN (an ISO instant, default now) until told to move
`;
const SEED_HELP = `  --no-seed            do not make the demo workspace on first start
`;
const HELP_HELP = `  --help               show this
`;

/** The text of `--help`. */
export function helpText(command: string, purpose: string, withSeed: boolean): string {
  return `Usage: npm run ${command} -- [options]\n\n${purpose}\n\n${COMMON_HELP}${withSeed ? SEED_HELP : ""}${HELP_HELP}`;
}

/** Reads the command line. Throws StartError with one sentence for what it cannot read. */
export function parseOptions(args: readonly string[]): Options {
  // `parseArgs` has no options whose value may be left out.
  const prepared = args.map((arg) => (arg === "--test-clock" ? "--test-clock=" : arg));
  const values = readValues(prepared);
  return {
    host: values.host,
    port: portNumber(values.port, "--port"),
    sitePort: portNumber(values["site-port"], "--site-port"),
    publicUrl: originUrl(values["public-url"], "--public-url"),
    publicSiteUrl: originUrl(values["public-site-url"], "--public-site-url"),
    dataDir: values.data,
    seed: !values["no-seed"],
    testClock: values["test-clock"] === undefined ? undefined : testClock(values["test-clock"]),
    logLevel: logLevel(values["log-level"]),
    help: values.help,
  };
}

function readValues(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        host: { type: "string", default: "127.0.0.1" },
        port: { type: "string", default: "3210" },
        "site-port": { type: "string", default: "3211" },
        "public-url": { type: "string" },
        "public-site-url": { type: "string" },
        data: { type: "string", default: ".switchboard" },
        "no-seed": { type: "boolean", default: false },
        "test-clock": { type: "string" },
        "log-level": { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)} (--help lists the options)`);
  }
}

const HIGHEST_PORT = 65535;

function portNumber(text: string, option: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port >= 0 && port <= HIGHEST_PORT) return port;
  throw new StartError(`${option} must be a number from 0 to ${HIGHEST_PORT}, not "${text}".`);
}

function originUrl(text: string | undefined, option: string): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url.origin;
  throw new StartError(`${option} must be an address such as https://switchboard.example.com, not "${text}".`);
}

function logLevel(text: string | undefined): LogLevel | undefined {
  const level = LOG_LEVELS.find((known) => known === text);
  if (text === undefined || level !== undefined) return level;
  throw new StartError(`--log-level must be one of ${LOG_LEVELS.join(", ")}, not "${text}".`);
}

function testClock(text: string): { startMs?: number } {
  if (text === "") return {};
  const startMs = Date.parse(text);
  if (Number.isNaN(startMs))
    throw new StartError(`--test-clock must be an ISO instant such as 2026-10-20T08:00:00Z, not "${text}".`);
  return { startMs };
}
