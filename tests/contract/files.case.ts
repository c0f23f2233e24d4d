import { createHash } from "node:crypto";
import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import { refuses, type Contract } from "./contract.ts";

const BYTES = new Uint8Array([0, 1, 2, 255, 128, 10, 13]).buffer;
const NO_SERVER = "nothing serves its upload and download addresses";

/** File storage (convex-facts b.4, d.8). */
export function fileCases(contract: Contract): void {
  contract.case("what an action stored comes back byte by byte", async (backend) => {
    const id = await backend.action(api.files.store, { bytes: BYTES, type: "image/x-test" });
    const loaded = await backend.action(api.files.load, { id });
    expect(loaded?.bytes).toEqual(BYTES);
    expect(loaded?.type).toBe("image/x-test");
    const info = await backend.query(api.files.info, { id });
    expect(info).toMatchObject({ size: BYTES.byteLength, url: expect.stringContaining("/api/storage/") });
  });

  contract.case("a deleted file is gone", async (backend) => {
    const id = await backend.action(api.files.store, { bytes: BYTES, type: "" });
    await backend.mutation(api.files.remove, { id });
    expect(await backend.query(api.files.info, { id })).toMatchObject({ url: null, size: null });
    expect(await backend.action(api.files.load, { id })).toBeNull();
  });

  contract.case(
    "deleting it again is an error",
    async (backend) => {
      const id = await backend.action(api.files.store, { bytes: BYTES, type: "" });
      await backend.mutation(api.files.remove, { id });
      await refuses(backend, backend.mutation(api.files.remove, { id }), "not found");
    },
    { "convex-test": "it ignores what is not there" },
  );

  contract.case(
    "the row tells type and checksum",
    async (backend) => {
      const id = await backend.action(api.files.store, { bytes: BYTES, type: "image/x-test" });
      const sha256 = createHash("sha256").update(new Uint8Array(BYTES)).digest("base64");
      expect(await backend.query(api.files.info, { id })).toMatchObject({ contentType: "image/x-test", sha256 });
    },
    { "convex-test": "its rows hold no type" },
  );

  contract.case(
    "uploads: checksum, type, download with ranges, and head",
    async (backend) => {
      const upload = async (headers: Record<string, string>) =>
        fetch(await backend.mutation(api.files.uploadUrl, {}), { method: "POST", headers, body: "0123456789" });
      const digest = createHash("sha256").update("0123456789").digest("base64");
      expect(
        (await upload({ Digest: `sha-256=${createHash("sha256").update("other").digest("base64")}` })).status,
      ).toBe(400);
      const stored = await upload({ "Content-Type": "text/x-test", Digest: `sha-256=${digest}` });
      expect(stored.status).toBe(200);
      const { storageId } = (await stored.json()) as { storageId: string };
      const { url } = await backend.query(api.files.info, { id: storageId as never });
      const whole = await fetch(url ?? "");
      expect(Object.fromEntries(whole.headers)).toMatchObject({
        digest: `sha-256=${digest}`,
        "content-type": "text/x-test",
        "content-length": "10",
        "cache-control": "private, max-age=2592000",
        "accept-ranges": "bytes",
      });
      expect(await whole.text()).toBe("0123456789");
      const ranges: [string, number, string, string | null][] = [
        ["bytes=2-4", 206, "234", "bytes 2-4/10"],
        ["bytes=7-", 206, "789", "bytes 7-9/10"],
        ["bytes=-2", 206, "89", "bytes 8-9/10"],
        ["bytes=8-99", 206, "89", "bytes 8-9/10"],
      ];
      for (const [range, status, body, contentRange] of ranges) {
        const part = await fetch(url ?? "", { headers: { Range: range } });
        expect([part.status, await part.text(), part.headers.get("content-range")]).toEqual([
          status,
          body,
          contentRange,
        ]);
      }
      expect((await fetch(url ?? "", { headers: { Range: "bytes=0-1,3-4" } })).status).toBe(416);
      const head = await fetch(url ?? "", { method: "HEAD" });
      expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
    },
    { "convex-test": NO_SERVER },
  );
}
