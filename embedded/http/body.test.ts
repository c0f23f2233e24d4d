import { Readable } from "node:stream";
import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nestsDeeperThan, readBody } from "./body.ts";
import { uploadRoutes } from "./storage-routes.ts";
import type { Exchange } from "./exchange.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test("nesting is counted as it is, whatever the strings hold", () => {
  const tricky = fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('["\\"[', "{{", '\\"', "\\\\"));
  fc.assert(
    fc.property(fc.array(tricky), fc.integer({ min: 0, max: 8 }), (value, limit) => {
      const text = JSON.stringify(value);
      // Short text is let through unread: it cannot hold that many brackets.
      if (text.length > limit) expect(nestsDeeperThan(text, limit)).toBe(depthOf(value) > limit);
    }),
    { numRuns: 500, seed: 23 },
  );
});

const request = (chunks: readonly Buffer[], headers: Record<string, string> = {}) =>
  Object.assign(Readable.from(chunks), { headers }) as unknown as IncomingMessage;

test("bodies that arrive together share one bound, and give it back", async () => {
  const chunk = Buffer.alloc(64 * 1024 * 1024);
  const large = () => readBody(request(Array.from({ length: 5 }, () => chunk)), Infinity).then((body) => body.length);
  // 320 MiB each, of 512 together.
  const results = await Promise.allSettled([large(), large()]);
  expect(results.some((result) => result.status === "rejected")).toBe(true);
  const [refused] = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  expect(refused).toMatchObject({ code: "TooManyConcurrentRequests", status: 503 });
  expect(await large()).toBe(5 * chunk.length);
});

test("a body that says it is too large is refused before it arrives", async () => {
  const endless = request([], { "content-length": "1001" });
  await expect(readBody(endless, 1000)).rejects.toMatchObject({ code: "RequestTooLarge", status: 413 });
});

test("a file may not be larger than allowed, whatever its header says", async () => {
  const storeUpload = async (_token: string, body: AsyncIterable<Uint8Array>) => {
    let size = 0;
    for await (const bytes of body) size += bytes.length;
    return String(size);
  };
  const upload = uploadRoutes({ storeUpload }, 100)["POST /api/storage/upload"];
  const send = async (length: number, headers: Record<string, string> = {}) =>
    upload?.({ request: request([Buffer.alloc(length)], headers), url: new URL("http://x/?token=t") } as Exchange);
  expect(await send(100)).toMatchObject({ status: 200 });
  await expect(send(101)).rejects.toMatchObject({ code: "RequestTooLarge", status: 413 });
  await expect(send(1, { "content-length": "101" })).rejects.toMatchObject({ status: 413 });
});
