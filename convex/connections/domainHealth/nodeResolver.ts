"use node";

import { Resolver } from "node:dns/promises";
import type { Lookup } from "./facts";
import type { DnsResolver } from "./lookups";

/** A resolver that does not answer within this is asked once more, then given up. */
const TIMEOUT_MS = 3_000;
const TRIES = 2;

/** The DNS's way to say that there is nothing: the name does not exist, or has no record of this type. */
const NOTHING = new Set(["ENOTFOUND", "ENODATA"]);

/** Zones every working resolver knows. */
const ALWAYS_THERE = [".", "com"];

/** The machine's own resolver, or the given servers ("127.0.0.1:5353"). */
export function nodeResolver(servers?: string[]): DnsResolver {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    // A record longer than 255 bytes comes in pieces that belong together.
    txt: (name) => lookup(async () => (await resolver.resolveTxt(name)).map((pieces) => pieces.join(""))),
    mx: (name) =>
      lookup(async () => {
        const records = await resolver.resolveMx(name);
        return records.sort((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
      }),
    async isAlive() {
      const answers = await Promise.all(ALWAYS_THERE.map((zone) => lookup(() => resolver.resolveNs(zone))));
      return answers.some(({ kind }) => kind === "found");
    },
  };
}

async function lookup(ask: () => Promise<string[]>): Promise<Lookup> {
  try {
    const values = await ask();
    return values.length === 0 ? { kind: "none" } : { kind: "found", values };
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? "";
    return NOTHING.has(code) ? { kind: "none" } : { kind: "failed", reason: code || String(thrown) };
  }
}
