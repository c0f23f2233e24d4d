import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, rows } from "../../../tests/support/inbox";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { resolveContact } from "../../contacts/model";
import { writeOrder } from "../../contacts/orders/model";
import { keyOf } from "../../lib/orderNumbers";

// What arrives is about the orders of its person that it names (product.md A-29).

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function desk() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  const orders = async (of: { email?: string; phone?: string }, ...numbers: string[]) =>
    await inMutation(t, async (ctx) => {
      const contact = await resolveContact(ctx, { orgId, name: "Somebody", ...of });
      for (const number of numbers) await writeOrder(ctx, contact, { number, key: keyOf(number) });
      return contact._id;
    });
  let mails = 0;
  const arrive = async (from: string, subject: string, text: string, more: Record<string, string> = {}) => {
    mails += 1;
    const headers = { From: from, Subject: subject, "Message-ID": `<o${mails}@example.org>`, ...more };
    await deliverMail(t, inbox, mail(headers, text));
    const { orderRef, moreOrders } = (await rows(t, "threads")).at(-1)!;
    return { orderRef, moreOrders };
  };
  return { t, inbox, orgId, orders, arrive };
}

it("sets the orders of the person that subject and text name, in that order, and is found by them", async () => {
  const { t, inbox, orgId, orders, arrive } = await desk();
  await orders({ email: "max@example.org" }, "SB-1001", "SB-1002", "SB-1003");
  const told = await arrive("max@example.org", "Re: sb-1003", "Und was ist mit SB-1001? Nicht SB-10021.");
  expect(told).toEqual({ orderRef: "SB-1003", moreOrders: ["SB-1001"] });
  const found = await inbox.as.query(api.inbox.queries.searchThreads, { orgId, text: "SB-1001" });
  expect(found.map(({ id }) => id)).toEqual([(await rows(t, "threads"))[0]!._id]);
});

it("never names somebody else's order, nor any of a stranger's", async () => {
  const { orders, arrive } = await desk();
  await orders({ email: "max@example.org" }, "SB-1001");
  await orders({ email: "eva@example.org" }, "SB-2002");
  const none = { orderRef: undefined, moreOrders: undefined };
  expect(await arrive("eva@example.org", "SB-1001", "SB-1001")).toEqual(none);
  expect(await arrive("new@example.org", "SB-1001", "SB-1001")).toEqual(none);
  expect(await arrive("eva@example.org", "Ganz anders", "SB-1001, SB-2002")).toEqual({ ...none, orderRef: "SB-2002" });
});

it("reads texts too, leaves what goes on as it is, and blocked people's alone", async () => {
  const { t, inbox, orgId, orders, arrive } = await desk();
  await orders({ email: "max@example.org", phone: "+491711234567" }, "SB-1001");
  await deliverText(t, inbox, { from: "+491711234567", text: "wo ist sb-1001?", id: "t1" });
  expect((await rows(t, "threads"))[0]!.orderRef).toBe("SB-1001");
  expect((await arrive("max@example.org", "Frage", "Hallo")).orderRef).toBeUndefined();
  await arrive("max@example.org", "Re: Frage", "SB-1001", { "In-Reply-To": "<o1@example.org>" });
  const threads = await rows(t, "threads");
  expect(threads.map(({ orderRef }) => orderRef)).toEqual(["SB-1001", undefined]);
  const threadId: Id<"threads"> = threads[1]!._id;
  await inbox.as.mutation(api.inbox.spam.mutations.mark, { orgId, threadId, block: true });
  expect((await arrive("max@example.org", "Noch etwas", "SB-1001")).orderRef).toBeUndefined();
});
