"use node";

import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { request as plainRequest } from "node:http";
import { request as tlsRequest, type RequestOptions } from "node:https";
import { getEnv } from "./env";
import { addressProblem, isPublicAddress } from "./publicAddress";

/** The answer of a customer's server; `bytes` and `text` are cut. */
export type GuardedAnswer = {
  status: number;
  headers: Record<string, string>;
  text: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** There was more, or the connection broke before the end. */
  isCut: boolean;
};

/** Why there was no answer: the address must not be called, or the network said no. `wasSent`: it may have arrived. */
export class GuardedFetchError extends Error {
  constructor(
    message: string,
    readonly kind: "refused" | "network" | "timeout",
    readonly wasSent: boolean,
    /** The system's code: "ECONNRESET". */
    readonly code?: string,
  ) {
    super(message);
  }
}

type GuardedRequest = {
  method: "POST" | "GET" | "PUT";
  headers: Record<string, string>;
  body?: string | Uint8Array;
  timeoutMs: number;
  /** Longer answers are cut here. */
  maxAnswerBytes: number;
  /** Ends the call earlier, as a time-out. */
  signal?: AbortSignal;
};

/**
 * Calls an address that a customer entered, safe against reaching into our own network (providers.md section 18): https
 * only, the name is resolved here, every address it has must be public, and the call goes to exactly that address, so
 * that a second look-up cannot lead elsewhere. Redirects are answers, never followed. The deployment's operator can allow
 * this machine itself with WEBHOOKS_ALLOW_LOOPBACK=true, for tests. Throws GuardedFetchError.
 */
export async function guardedFetch(url: string, request: GuardedRequest): Promise<GuardedAnswer> {
  const isLocal = isAllowedLoopback(url);
  const problem = isLocal ? null : addressProblem(url, ownHosts());
  if (problem !== null) throw new GuardedFetchError(problem, "refused", false);
  const { protocol, hostname } = new URL(url);
  const pinned = isLocal ? undefined : pinnedTo(await publicAddressOf(hostname));
  return await call(protocol === "http:" ? plainRequest : tlsRequest, url, request, pinned);
}

/** True for an address on this machine, where the deployment's operator allows it. */
export function isAllowedLoopback(url: string): boolean {
  if (getEnv("WEBHOOKS_ALLOW_LOOPBACK") !== "true" || !URL.canParse(url)) return false;
  return ["127.0.0.1", "localhost"].includes(new URL(url).hostname);
}

function ownHosts(): string[] {
  return [getEnv("CONVEX_SITE_URL"), getEnv("SITE_URL"), getEnv("PUBLIC_WEBHOOK_BASE_URL")].flatMap((url) =>
    url !== null && URL.canParse(url) ? [new URL(url).hostname] : [],
  );
}

type Resolved = { address: string; family: number };

/** The one public address a name is called at. Throws GuardedFetchError: `refused` when any of its addresses is inner. */
export async function publicAddressOf(hostname: string): Promise<Resolved> {
  let found: Resolved[];
  try {
    found = await lookup(hostname, { all: true, verbatim: true });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new GuardedFetchError(`The name could not be resolved: ${reason}`, "network", false);
  }
  const [first] = found;
  if (first === undefined || !found.every(({ address }) => isPublicAddress(address))) {
    throw new GuardedFetchError("This name leads to an address that is not on the internet.", "refused", false);
  }
  return first;
}

function pinnedTo({ address, family }: Resolved): LookupFunction {
  return (_hostname, options, done) => {
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}

async function call(
  send: typeof tlsRequest,
  url: string,
  { method, headers, body, timeoutMs, maxAnswerBytes, signal }: GuardedRequest,
  pinned: LookupFunction | undefined,
): Promise<GuardedAnswer> {
  return await new Promise((resolve, reject) => {
    let wasSent = false;
    const options: RequestOptions = {
      method,
      headers,
      agent: false,
      ...(pinned === undefined ? {} : { lookup: pinned }),
    };
    const outgoing = send(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (isCut: boolean) => {
        clearTimeout(timer);
        const bytes = Uint8Array.from(Buffer.concat(chunks).subarray(0, maxAnswerBytes));
        const text = new TextDecoder().decode(bytes);
        resolve({ status: answer.statusCode ?? 0, headers: flat(answer.headers), text, bytes, isCut });
      };
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        // The status is what counts; nobody reads more than the beginning.
        if (size > maxAnswerBytes) {
          finish(true);
          outgoing.destroy();
        }
      });
      answer.on("end", () => finish(false));
      answer.on("error", () => finish(true));
    });
    const timer = setTimeout(() => {
      outgoing.destroy(new GuardedFetchError(`No answer within ${timeoutMs} ms.`, "timeout", wasSent));
    }, timeoutMs);
    signal?.addEventListener("abort", () => {
      outgoing.destroy(new GuardedFetchError("No answer in time.", "timeout", wasSent));
    });
    outgoing.on("finish", () => (wasSent = true));
    outgoing.on("error", (thrown: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const { message, code } = thrown;
      reject(thrown instanceof GuardedFetchError ? thrown : new GuardedFetchError(message, "network", wasSent, code));
    });
    outgoing.end(body);
  });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]));
}
