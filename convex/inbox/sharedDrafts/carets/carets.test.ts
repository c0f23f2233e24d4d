import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../../tests/support/convex";
import { allRows, inMutation, NOON, runJobs } from "../../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../../tests/support/members";
import { api } from "../../../_generated/api";
import { CARET_PAUSE_MS, CARET_TONES, toneOf } from "./rules";

// Where each is in a draft that several people write in (product.md A-66).

const { others } = api.inbox.sharedDrafts.carets.queries;
const { place, leave } = api.inbox.sharedDrafts.carets.mutations;
const DOC = JSON.stringify({ type: "doc", content: [{ type: "paragraph" }] });

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Anna's shared answer to Max, and Ben. */
async function withShared() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const thread = (await rows(t, "threads"))[0]!;
  await runJobs(t);
  const ben = await makeMember(t, inbox.orgId, "agent", "Ben");
  const { orgId } = inbox;
  const draftId = await inbox.as.mutation(api.inbox.sharedDrafts.mutations.share, {
    orgId,
    threadId: thread._id,
    doc: DOC,
  });
  return { t, as: inbox.as, ben, thread, ids: { orgId, draftId } };
}

const at = (head: number, editor: string | number = 7) => ({ editor, version: 1, anchor: 1, head });

describe("carets", () => {
  it("are seen by the others, by name, one a member, at the place told last", async () => {
    const { t, as, ben, ids } = await withShared();
    await ben.as.mutation(place, { ...ids, ...at(1) });
    await ben.as.mutation(place, { ...ids, ...at(3) });
    const seen = await as.query(others, ids);
    expect(seen).toEqual([{ memberId: ben.memberId, name: "Ben", tone: expect.any(Number) as number, ...at(3) }]);
    expect(await ben.as.query(others, ids)).toEqual([]);
    await as.mutation(place, { ...ids, ...at(2) });
    expect(await ben.as.query(others, ids)).toMatchObject([{ name: "Anna Admin", head: 2 }]);
    const tones = (await allRows(t, "sharedDraftCarets")).map(({ tone }) => tone);
    expect(new Set(tones).size).toBe(2);
  });

  it("go with the editor they are in, not with one that was left before", async () => {
    const { as, ben, ids } = await withShared();
    await ben.as.mutation(place, { ...ids, ...at(1, "old") });
    await ben.as.mutation(place, { ...ids, ...at(2, "new") });
    await ben.as.mutation(leave, { ...ids, editor: "old" });
    await as.mutation(leave, { ...ids, editor: "new" });
    expect(await as.query(others, ids)).toHaveLength(1);
    await ben.as.mutation(leave, { ...ids, editor: "new" });
    expect(await as.query(others, ids)).toEqual([]);
  });

  it("go when nobody moves for long, and stay for as long as somebody does", async () => {
    const { t, as, ben, ids } = await withShared();
    await ben.as.mutation(place, { ...ids, ...at(1) });
    const pass = async (ms: number) => {
      vi.advanceTimersByTime(ms);
      await t.finishInProgressScheduledFunctions();
    };
    await pass(CARET_PAUSE_MS - 1_000);
    await ben.as.mutation(place, { ...ids, ...at(2) });
    await pass(CARET_PAUSE_MS - 1_000);
    expect(await as.query(others, ids)).toHaveLength(1);
    await pass(1_000);
    expect(await as.query(others, ids)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("go with the draft; a word that was on its way changes nothing", async () => {
    const { t, as, ben, ids } = await withShared();
    await ben.as.mutation(place, { ...ids, ...at(1) });
    await as.mutation(api.inbox.sharedDrafts.mutations.discard, ids);
    expect(await allRows(t, "sharedDraftCarets")).toEqual([]);
    await ben.as.mutation(place, { ...ids, ...at(2) });
    await ben.as.mutation(leave, { ...ids, editor: 7 });
    expect(await as.query(others, ids)).toEqual([]);
    expect(await allRows(t, "sharedDraftCarets")).toEqual([]);
  });

  it("are closed to whom the draft is closed to", async () => {
    const { t, as, ben, thread, ids } = await withShared();
    await as.mutation(place, { ...ids, ...at(1) });
    const refusals = async (who: typeof as, orgId = ids.orgId) => [
      (await errorOf(who.query(others, { ...ids, orgId }))).code,
      (await errorOf(who.mutation(place, { ...ids, orgId, ...at(2) }))).code,
      (await errorOf(who.mutation(leave, { ...ids, orgId, editor: 7 }))).code,
    ];
    const foreign = await makeOrg(t, "Andere Schule");
    const stranger = await makeMember(t, foreign, "admin", "fremd");
    expect(await refusals(stranger.as)).toEqual(Array(3).fill("not_found"));
    expect(await refusals(stranger.as, foreign)).toEqual(Array(3).fill("not_found"));
    const marketer = await makeMember(t, ids.orgId, "marketer", "Mia");
    expect(await refusals(marketer.as)).toEqual(Array(3).fill("forbidden"));
    // A colleague whose channels and teams this conversation is not in.
    const scope = { channelIds: [], teamIds: [] };
    await inMutation(t, async (ctx) => ctx.db.patch("members", ben.memberId, { scope }));
    await inMutation(t, async (ctx) => ctx.db.patch("threads", thread._id, { assigneeId: undefined }));
    expect(await refusals(ben.as)).toEqual(Array(3).fill("not_found"));
    expect(await allRows(t, "sharedDraftCarets")).toMatchObject([{ head: 1 }]);
  });

  it("of a suspended member are not shown", async () => {
    const { t, as, ben, ids } = await withShared();
    await ben.as.mutation(place, { ...ids, ...at(1) });
    await inMutation(t, async (ctx) => ctx.db.patch("members", ben.memberId, { status: "suspended" }));
    expect(await as.query(others, ids)).toEqual([]);
  });

  it.each([{ head: -1 }, { anchor: 0.5 }, { version: Number.NaN }, { editor: "x".repeat(65) }])(
    "refuses what is no place: %o",
    async (bad) => {
      const { ben, ids } = await withShared();
      expect(await errorOf(ben.as.mutation(place, { ...ids, ...at(1), ...bad }))).toMatchObject({ code: "invalid" });
    },
  );
});

describe("colours", () => {
  it("are the same for a member each time, and different ones while there are enough", () => {
    const taken: number[] = [];
    for (let index = 0; index < CARET_TONES; index += 1) taken.push(toneOf("member", taken));
    expect(taken.toSorted((a, b) => a - b)).toEqual(taken.map((_, index) => index));
    expect(toneOf("member", taken)).toBe(taken[0]);
  });
});
