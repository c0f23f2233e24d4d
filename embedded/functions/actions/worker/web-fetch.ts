// Node's fetch as Convex's default runtime has it: it says who it is, and of a failure it says why.
import { withDuplex } from "../../realm/web-classes.ts";

const USER_AGENT = "Convex/1.0";

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

const DNS_CODES = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA"]);

interface Cause {
  code?: string;
  message?: string;
  errors?: unknown;
}

function reason(cause: Cause): string {
  if (DNS_CODES.has(cause.code ?? "")) return `dns error: failed to lookup address information: ${cause.message}`;
  // A host with several addresses: one failure each.
  const [first] = Array.isArray(cause.errors) ? (cause.errors as Cause[]) : [];
  const text = cause.message === undefined || cause.message === "" ? first?.message : cause.message;
  return text ?? cause.code ?? "unknown error";
}

function failure(url: string, error: unknown): unknown {
  if (!(error instanceof TypeError) || error.message !== "fetch failed") return error;
  const cause = (error.cause ?? {}) as Cause;
  // What Node's fetch makes of a 407.
  if (cause.message === "" && cause.code === undefined && cause.errors === undefined) {
    return new Error(`Request to ${url} forbidden`);
  }
  return new TypeError(`error sending request for url (${url}): ${reason(cause)}`, { cause: error.cause });
}

function checkUrl(url: string): void {
  const { protocol } = new URL(url);
  if (!["http:", "https:", "data:", "blob:"].includes(protocol)) throw new TypeError("Unsupported URL scheme");
}

function headersOf(input: RequestInfo | URL, init: RequestInit | undefined): Headers {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  if (!headers.has("user-agent")) headers.set("user-agent", USER_AGENT);
  return headers;
}

/** The `fetch` of isolate actions. */
export function webFetch(nodeFetch: Fetch): Fetch {
  return async (input, init) => {
    if (input === undefined) throw new TypeError("Request URL is undefined");
    const url = input instanceof Request ? input.url : String(input);
    checkUrl(url);
    try {
      return await nodeFetch(input, withDuplex({ ...init, headers: headersOf(input, init) }));
    } catch (error) {
      throw failure(url, error);
    }
  };
}
