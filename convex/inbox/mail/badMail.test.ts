import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, inMutation, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { storeRawEvent } from "../../intake/model";
import { sha256Hex } from "../../lib/crypto";

const MB = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A mail of any size, as the webhook keeps it: in file storage. */
async function deliverBytes(t: Convex, { orgId, emailChannelId }: Inbox, bytes: string, cutFromBytes?: number) {
  const storageId = await t.run(async (ctx) => await ctx.storage.store(new Blob([bytes])));
  const body = { kind: "file" as const, storageId, sizeBytes: bytes.length };
  const dedupeKey = await sha256Hex(bytes);
  await inMutation(t, async (ctx) =>
    storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId: emailChannelId, dedupeKey, body, cutFromBytes }),
  );
  await runJobs(t);
}

async function told(t: Convex): Promise<string[]> {
  return (await rows(t, "messages"))
    .filter(({ messageType }) => messageType === "system_notification")
    .map(({ text }) => text);
}

/** The mail after a bad one: it must come in as if nothing had been. */
async function nextMailArrives(t: Convex, inbox: Inbox): Promise<void> {
  await deliverMail(t, inbox, mail({ ...MAX_MAIL, "Message-ID": "<next@example.org>", Subject: "Danach" }, "Danach"));
  expect((await rows(t, "messages")).at(-1)).toMatchObject({ messageType: "incoming", text: "Danach" });
  expect((await rows(t, "rawEvents")).every(({ state }) => state.kind === "processed")).toBe(true);
}

describe("bad mail is kept, explained in its conversation, and blocks nothing", () => {
  it("of 30 MB", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const file = "QUJD".repeat((30 * MB) / 4).replace(/.{76}/g, "$&\r\n");
    const raw = mail(MAX_MAIL, "").replace(
      "Content-Type: text/plain; charset=utf-8",
      "Content-Type: multipart/mixed; boundary=b",
    );
    const part = "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    await deliverBytes(t, inbox, `${raw}--b\r\n\r\nAnbei.\r\n${part}${file}\r\n--b--`);
    const [message] = await rows(t, "messages");
    expect(message).toMatchObject({ text: "Anbei." });
    const stored = await t.run((ctx) => ctx.db.get("files", message!.fileIds[0]!));
    expect(stored).toMatchObject({ contentType: "application/pdf", sizeBytes: (30 * MB * 3) / 4 });
    await nextMailArrives(t, inbox);
  });

  it("of which only the beginning could be kept", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverBytes(t, inbox, mail(MAX_MAIL, "Anfang einer langen"), 19 * MB);
    expect(await rows(t, "threads")).toMatchObject([{ subject: "Frage zum Kurs", contactId: inbox.contactId }]);
    expect(await told(t)).toEqual(["Diese E-Mail ist mit 19 MB zu groß: nur ihr Kopf liegt hier."]);
    await nextMailArrives(t, inbox);
  });

  it("without Message-ID", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { "Message-ID": _, ...headers } = MAX_MAIL;
    await deliverMail(t, inbox, mail({ ...headers, "Message-ID": "" }, "Eins"));
    await deliverMail(t, inbox, mail(headers, "Zwei"));
    await deliverMail(t, inbox, mail(headers, "Zwei"));
    expect((await rows(t, "messages")).map(({ text }) => text)).toEqual(["Eins", "Zwei"]);
    await nextMailArrives(t, inbox);
  });

  it("with a Message-ID that another mail has", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
    await deliverMail(t, inbox, mail(MAX_MAIL, "Zweite"));
    expect(await told(t)).toEqual(["Eine andere Nachricht trägt dieselbe Message-ID; beide sind aufgehoben."]);
    await nextMailArrives(t, inbox);
  });

  it("to 500 people", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const to = Array.from({ length: 500 }, (_, index) => `person${index}@example.org`).join(",\r\n ");
    await deliverBytes(t, inbox, mail({ ...MAX_MAIL, To: to }, "An alle"));
    expect((await rows(t, "messages"))[0]?.recipients).toHaveLength(500);
    expect(await told(t)).toEqual(["Diese E-Mail ging an 500 Empfänger."]);
    await nextMailArrives(t, inbox);
  });

  it("with a subject of 2 MB", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverBytes(t, inbox, mail({ ...MAX_MAIL, Subject: "B".repeat(2 * MB) }, "Kurz"));
    expect((await rows(t, "threads"))[0]?.subject).toHaveLength(998);
    const [message] = await rows(t, "messages");
    const stored = await t.run((ctx) => ctx.db.get("files", message!.fileIds[0]!));
    expect(stored).toMatchObject({ name: "subject.txt", sizeBytes: 2 * MB });
    expect(await told(t)).toEqual(["Der Betreff war zu lang und ist gekürzt; der ganze hängt an."]);
    await nextMailArrives(t, inbox);
  });

  it("that is a bomb of nested multiparts", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const open = Array.from(
      { length: 3_000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    );
    const [head = ""] = mail(MAX_MAIL, "").split("MIME-Version");
    await deliverBytes(t, inbox, `${head}${open.join("")}\r\nBumm`);
    const [message] = await rows(t, "messages");
    expect(message).toMatchObject({ messageType: "incoming", subject: "Frage zum Kurs", text: "" });
    expect(await t.run((ctx) => ctx.db.get("files", message!.fileIds[0]!))).toMatchObject({ name: "original.eml" });
    expect(await told(t)).toEqual([expect.stringContaining("nur die Kopfzeilen lesbar")]);
    await nextMailArrives(t, inbox);
  });

  it("with files of the wrong type, and pages that could act as their reader", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const raw = mail(MAX_MAIL, "").replace(
      "Content-Type: text/plain; charset=utf-8",
      "Content-Type: multipart/mixed; boundary=b",
    );
    const part = (type: string, name: string, bytes: string) =>
      `--b\r\nContent-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${bytes}\r\n`;
    await deliverBytes(
      t,
      inbox,
      `${raw}${part("application/pdf", "rechnung.pdf", "MZ program")}${part("text/html", "../seite.html", "<html>")}--b--`,
    );
    const [message] = await rows(t, "messages");
    const files = await t.run(async (ctx) => Promise.all(message!.fileIds.map((id) => ctx.db.get("files", id))));
    expect(files).toMatchObject([
      { name: "rechnung.pdf", contentType: "application/octet-stream" },
      { name: "seite.html", contentType: "application/octet-stream" },
    ]);
    expect(await told(t)).toEqual(["Vorsicht: „rechnung.pdf“ ist etwas anderes, als der Name sagt."]);
    await nextMailArrives(t, inbox);
  });
});
