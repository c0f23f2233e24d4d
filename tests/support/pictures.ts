import type { Id } from "../../convex/_generated/dataModel";
import type { Convex } from "./delivery";

// Pictures as small as they come.

/** One red dot. */
export const RED_DOT = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

/** What may hold scripts: no picture of ours, whatever it says it is. */
export const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

/** Puts bytes into storage as an upload of this type does. */
export async function storeUpload(t: Convex, bytes: string | Buffer, contentType: string): Promise<Id<"_storage">> {
  return await t.run(async (ctx) => {
    const storageId = await ctx.storage.store(new Blob([typeof bytes === "string" ? bytes : new Uint8Array(bytes)]));
    // convex-test keeps no types, and none of its own functions says one afterwards.
    await (ctx.db as unknown as { patch(id: string, fields: object): Promise<void> }).patch(storageId, { contentType });
    return storageId;
  });
}
