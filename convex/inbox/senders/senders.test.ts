import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { createConnection } from "../../connections/model";

// Whom an answer comes from (product.md A-81).

const COURSES = "kurse@haff.example";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withMail() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const thread = (await rows(t, "threads"))[0]!;
  const { as, orgId, connections } = inbox;
  const set = async (senders: object[], connectionId = connections.email) =>
    await as.mutation(api.connections.senders.mutations.set, {
      orgId,
      connectionId,
      senders: senders.map((sender) => ({ address: COURSES, name: "Kurse", teamIds: [], ...sender })),
    });
  const offered = async (who = as, threadId = thread._id) =>
    await who.query(api.inbox.senders.queries.inThread, { orgId, threadId });
  const answer = async (more: object = {}, who = as) => {
    const words = { orgId, threadId: thread._id, text: "Gern.", close: false, clientId: crypto.randomUUID() };
    const { queueId, messageId } = await who.mutation(api.inbox.mutations.reply, { ...words, ...more });
    return {
      message: (await t.run((ctx) => ctx.db.get("messages", messageId)))!,
      queued: (await t.run((ctx) => ctx.db.get("messageQueue", queueId)))!,
      onDevice: async () => {
        await runJobs(t);
        return await t.run(async (ctx) =>
          (await ctx.db.query("sandboxMessages").take(50))
            .filter(({ direction }) => direction === "to_customer")
            .at(-1),
        );
      },
      row: async () => (await t.run((ctx) => ctx.db.get("messageQueue", queueId)))!,
    };
  };
  return { t, inbox, as, orgId, thread, set, offered, answer };
}

describe("the sender of an answer", () => {
  it("is chosen, arrives as chosen, and its answers come back into the conversation", async () => {
    const { t, inbox, thread, set, offered, answer } = await withMail();
    await set([{}]);
    expect(await offered()).toEqual({
      senders: [
        { address: "info@haff.example", name: "Segelschule Haff", isOwn: true },
        { address: COURSES, name: "Kurse", isOwn: false },
      ],
      usual: null,
    });
    const sent = await answer({ from: COURSES });
    expect(sent.message.from).toBe(COURSES);
    const mailed = (await sent.onDevice())!;
    expect(mailed).toMatchObject({
      from: { address: COURSES, name: "Kurse" },
      replyTo: `reply+${thread.replyToken}@haff.example`,
    });
    const headers = {
      ...MAX_MAIL,
      "Message-ID": "<m2@example.org>",
      To: COURSES,
      "In-Reply-To": `<${mailed.messageId}>`,
    };
    await deliverMail(t, inbox, mail({ ...headers, Subject: "Ganz anders" }, "Danke"));
    expect(await rows(t, "threads")).toHaveLength(1);
    // The first message of a file loads every provider.
  });

  it("stays the one of the conversation's last answer, and begins the next in this mailbox", async () => {
    const { t, inbox, set, offered, answer } = await withMail();
    await set([{}]);
    await answer({ from: COURSES });
    expect((await offered()).usual).toBe(COURSES);
    expect((await answer()).message.from).toBe(COURSES);
    const other = { From: "Eva <eva@example.org>", Subject: "Neu", "Message-ID": "<e1@example.org>" };
    await deliverMail(t, inbox, mail(other, "Hallo"));
    const next = (await rows(t, "threads")).at(-1)!;
    expect((await offered(inbox.as, next._id)).usual).toBe(COURSES);
    expect((await answer({ from: null })).message.from).toBeUndefined();
    expect((await offered()).usual).toBeNull();
    expect((await offered(inbox.as, next._id)).usual).toBeNull();
  });

  it("is kept in the draft, and comes back when the answer is taken back", async () => {
    const { t, as, orgId, thread, set, answer } = await withMail();
    await set([{}]);
    const { message } = await answer({ from: COURSES, isUndoable: true });
    await as.mutation(api.inbox.sending.mutations.undo, { orgId, threadId: thread._id, clientId: message.clientId! });
    const draft = await t.run((ctx) => ctx.db.query("drafts").first());
    expect(draft?.parts?.from).toBe(COURSES);
    expect(draft?.threadId).toBe(thread._id);
  });

  it("brings its own brand's signature", async () => {
    const { t, as, orgId, set, answer } = await withMail();
    await set([{ businessEntity: "laderthuis" }]);
    const signature = { orgId, isOwn: false, businessEntity: "laderthuis", text: "LaderThuis" } as const;
    await as.mutation(api.inbox.signatures.mutations.set, signature);
    const bodyOf = async (more: object) => {
      const { queued } = await answer(more);
      const body = (await t.run((ctx) => ctx.db.get("messageBodies", queued.bodyId)))!;
      // Its own words, above what it repeats.
      if (body.content.kind !== "finished") throw new Error("An answer is finished.");
      return body.content.html?.split('<div class="gmail_quote">')[0] ?? "";
    };
    expect(await bodyOf({ from: COURSES })).toContain("LaderThuis");
    expect(await bodyOf({ from: null })).not.toContain("LaderThuis");
  });

  it("is nobody who is not ours, and nobody of a team one is not in", async () => {
    const { t, as, orgId, set, offered, answer } = await withMail();
    const teamId = await as.mutation(api.inbox.teams.mutations.create, {
      orgId,
      name: "Kurse",
      mode: "round_robin",
      onlyOnline: false,
      memberIds: [],
    });
    await set([{ teamIds: [teamId] }]);
    const { as: agent } = await makeMember(t, orgId, "agent", "bea");
    expect((await offered(agent)).senders.map(({ address }) => address)).toEqual(["info@haff.example"]);
    const foreign = await errorOf(answer({ from: COURSES }, agent));
    expect(foreign).toMatchObject({ code: "invalid", field: "from" });
    expect(await errorOf(answer({ from: "boss@bank.example" }))).toMatchObject({ code: "invalid", field: "from" });
  });

  it("goes over the accounts that may write from it only, and is given up with a reason when there is none", async () => {
    const { t, inbox, orgId, set, answer } = await withMail();
    const second = await inMutation(t, (ctx) =>
      createConnection(ctx, {
        orgId,
        channel: "email",
        provider: "sandbox",
        name: "Zweites",
        settings: { fromAddress: "zwei@haff.example" },
      }),
    );
    await set([{}], second);
    const sent = await answer({ from: COURSES });
    await sent.onDevice();
    expect(await sent.row()).toMatchObject({ connectionId: second, state: { kind: "delivered" } });
    expect(inbox.connections.email).not.toBe(second);
    const late = await answer({ from: COURSES });
    await set([], second);
    await late.onDevice();
    expect((await late.row()).state).toMatchObject({
      kind: "dead",
      failure: { reason: `No provider account may write from ${COURSES}.` },
    });
  });

  it("is no recipient: an alias in the copies is left out of a reply to all", async () => {
    const { t, inbox, as, orgId, set } = await withMail();
    await set([{}]);
    const headers = { From: "Eva <eva@example.org>", Subject: "An alle", "Message-ID": "<e9@example.org>" };
    await deliverMail(t, inbox, mail({ ...headers, Cc: `${COURSES}, ida@example.org` }, "Hallo"));
    const next = (await rows(t, "threads")).at(-1)!;
    const suggested = await as.query(api.inbox.recipients.queries.suggested, { orgId, threadId: next._id });
    expect(suggested.replyAll.cc).toEqual(["ida@example.org"]);
  });
});

describe("the addresses of an account", () => {
  it("are its own domain's, and set by who may manage connections", async () => {
    const { t, orgId, inbox, set } = await withMail();
    expect(await errorOf(set([{ address: "kurse@fremd.example" }]))).toMatchObject({
      code: "invalid",
      field: "senders.0.domain",
    });
    const { as: agent } = await makeMember(t, orgId, "agent", "bea");
    const call = { orgId, connectionId: inbox.connections.email, senders: [] };
    expect(await errorOf(agent.mutation(api.connections.senders.mutations.set, call))).toMatchObject({
      code: "forbidden",
    });
  });
});
