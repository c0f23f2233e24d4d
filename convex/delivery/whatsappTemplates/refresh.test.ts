import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  asAdmin,
  cancelJobs,
  inMutation,
  makeWorkspace,
  NOON,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { createConnection } from "../../connections/model";
import { saveRegistration } from "./model";

let t: Convex;
let workspace: Workspace;
let connectionId: Id<"connections">;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  const { orgId } = workspace;
  connectionId = await inMutation(t, async (ctx) => {
    const account = await createConnection(ctx, {
      orgId,
      channel: "whatsapp",
      provider: "meta",
      name: "Meta",
      order: 1,
    });
    const templateId = await ctx.db.insert("templates", {
      orgId,
      name: "Vortag",
      category: "follow_up",
      channelType: "any",
      businessEntity: "all",
      locale: "de",
      isActive: true,
      usageCount: 0,
    });
    for (const name of ["day_before", "week_before"]) {
      await saveRegistration(ctx, orgId, {
        templateId,
        connectionId: account,
        name,
        language: "de",
        category: "utility",
        state: "pending",
        placeholders: [],
      });
    }
    return account;
  });
});
afterEach(() => vi.useRealTimers());

/** Asks, without anybody answering; returns when. */
async function ask(): Promise<number> {
  const { orgId } = workspace;
  await asAdmin(t).mutation(api.delivery.whatsappTemplates.mutations.refresh, { orgId, connectionId });
  await cancelJobs(t);
  return Date.now();
}
const finish = (
  startedAt: number,
  answer: { reports: { name: string; language: string; state: string; reason?: string }[] } | { reason: string },
) => t.mutation(internal.delivery.whatsappTemplates.jobs.finish, { connectionId, startedAt, answer });
const states = async () => (await allRows(t, "whatsappTemplates")).map(({ name, state }) => `${name}: ${state}`);
const checks = () => asAdmin(t).query(api.delivery.whatsappTemplates.queries.checks, { orgId: workspace.orgId });

describe("asking an account how far its templates are", () => {
  it("takes over what it says; what it does not name, or names in unknown words, stays", async () => {
    const startedAt = await ask();
    expect(await checks()).toMatchObject([{ connectionId, check: { kind: "running" } }]);
    await finish(startedAt, {
      reports: [
        { name: "day_before", language: "de", state: "APPROVED" },
        { name: "day_before", language: "en_US", state: "REJECTED" },
        { name: "week_before", language: "de", state: "SOMETHING_NEW" },
      ],
    });
    expect(await states()).toEqual(["day_before: approved", "week_before: pending"]);
    expect(await checks()).toMatchObject([{ check: { kind: "ok", at: NOON } }]);
  });

  it("keeps why a template was refused until it stands otherwise", async () => {
    const { orgId } = workspace;
    const list = async () => {
      const all = await asAdmin(t).query(api.delivery.whatsappTemplates.queries.list, { orgId });
      const row = all.find(({ name }) => name === "day_before")!;
      return [row.state, row.reason ?? null, row.stateChangedAt];
    };
    const report = async (state: string, reason?: string) => {
      const of = { name: "day_before", language: "de", state };
      await finish(await ask(), { reports: [reason === undefined ? of : { ...of, reason }] });
      return await list();
    };
    expect(await report("REJECTED", "INVALID_FORMAT")).toEqual(["rejected", "INVALID_FORMAT", NOON]);
    vi.setSystemTime(NOON + 1_000);
    expect(await report("REJECTED")).toEqual(["rejected", "INVALID_FORMAT", NOON]);
    expect(await report("REJECTED", "SCAM")).toEqual(["rejected", "SCAM", NOON]);
    expect(await report("APPROVED")).toEqual(["approved", null, NOON + 1_000]);

    // By hand too: what a member says of its state is not what the provider gave a reason for.
    await report("REJECTED", "SCAM");
    const {
      _id,
      _creationTime,
      orgId: _org,
      reason: _reason,
      stateChangedAt: _at,
      ...known
    } = (await allRows(t, "whatsappTemplates")).find(({ name }) => name === "day_before")!;
    const save = async (state: "rejected" | "pending") =>
      await asAdmin(t).mutation(api.delivery.whatsappTemplates.mutations.save, { orgId, ...known, state });
    await save("rejected");
    expect((await list())[1]).toBe("SCAM");
    await save("pending");
    expect((await list())[1]).toBeNull();
  });

  it("says why it could not be asked, and changes nothing", async () => {
    await finish(await ask(), { reason: "190: the token ended" });
    expect(await states()).toEqual(["day_before: pending", "week_before: pending"]);
    expect(await checks()).toMatchObject([{ check: { kind: "failed", reason: "190: the token ended" } }]);
  });

  it("ignores the answer to an older question", async () => {
    const first = await ask();
    vi.setSystemTime(NOON + 1_000);
    await ask();
    await finish(first, { reports: [{ name: "day_before", language: "de", state: "APPROVED" }] });
    expect(await states()).toEqual(["day_before: pending", "week_before: pending"]);
    expect(await allRows(t, "templateChecks")).toHaveLength(1);
  });

  it("is refused for an account that has no such list", async () => {
    const { orgId, connections } = workspace;
    const sandbox = { orgId, connectionId: connections.whatsapp };
    const asked = asAdmin(t).mutation(api.delivery.whatsappTemplates.mutations.refresh, sandbox);
    await expect(asked).rejects.toMatchObject({ data: { code: "invalid", field: "connectionId" } });
  });
});
