import { expect, it } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeOrg } from "../../tests/support/members";
import { presentFile, recordFile, requireFile } from "./model";

it("belong to one organisation and carry an address to load them from", async () => {
  const t = setupConvex();
  const [ours, theirs] = [await makeOrg(t), await makeOrg(t, "Andere")];
  const fileId = await t.run(async (ctx) => {
    const storageId = await ctx.storage.store(new Blob(["Hallo"], { type: "text/plain" }));
    return await recordFile(ctx, {
      orgId: ours,
      storageId,
      name: "hallo.txt",
      contentType: "text/plain",
      sizeBytes: 5,
    });
  });
  const shown = await t.run(async (ctx) => await presentFile(ctx, await requireFile(ctx, ours, fileId)));
  expect(shown).toMatchObject({ name: "hallo.txt", contentType: "text/plain", sizeBytes: 5, url: expect.any(String) });
  const foreign = t.run(async (ctx) => await requireFile(ctx, theirs, fileId));
  expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
});
