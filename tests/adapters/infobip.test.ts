import { expect, it } from "vitest";
import { infobipAdapter } from "../../convex/delivery/providers/infobip";
import { SMS, WHATSAPP } from "./samples.ts";
import { jsonOf, startStub } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";

// providers.md sections 9 and 13.10; the webhook is in infobip-webhook.test.ts.

const account = (url: string) => ({
  settings: { baseUrl: url, sender: "41791110000" },
  secrets: { apiKey: "infobip-geheim" },
});

const status = (groupId: number, groupName: string, id: number, name: string) => ({
  groupId,
  groupName,
  id,
  name,
  description: `about ${name}`,
});
const PENDING = status(1, "PENDING", 26, "PENDING_ACCEPTED");
const sent = (of = PENDING) => ({
  body: {
    bulkId: "b",
    messages: [{ messageId: "k57queue:1", status: of, destination: "4915112345678", details: { messageCount: 2 } }],
  },
});
const rejected = (id: number, name: string, errorClass: ErrorRow["class"]): ErrorRow => ({
  name: `${id} ${name}`,
  answer: sent(status(5, "REJECTED", id, name)),
  class: errorClass,
  code: name,
});
const refusal = (httpStatus: number, errorCode: string) => ({
  status: httpStatus,
  body: { errorCode, description: "What went wrong", action: "Do this", violations: [], resources: [] },
});

testAdapter({
  provider: "infobip",
  account,
  message: SMS,
  accepts: sent(),
  accepted: { providerMessageId: "k57queue:1", segments: 2 },
  requests: [
    {
      name: "writes version 3, our key as the message's id",
      schema: { file: "infobip-sms", read: jsonOf },
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/sms/3/messages" });
        expect(request.headers.authorization).toBe("App infobip-geheim");
        expect(jsonOf(request)).toEqual({
          messages: [
            {
              sender: "41791110000",
              destinations: [{ to: "4915112345678", messageId: "k57queue:1" }],
              content: { text: SMS.text },
              webhooks: {
                delivery: { url: SMS.statusUrl, intermediateReport: true },
                contentType: "application/json",
                callbackData: "k57queue:1",
              },
            },
          ],
          options: { includeSmsCountInResponse: true },
        });
      },
    },
    {
      name: "asks for no reports where there is no address for them",
      message: { statusUrl: undefined, text: "„Ahoi“" },
      schema: { file: "infobip-sms", read: jsonOf },
      expect(request) {
        expect(JSON.stringify(jsonOf(request))).not.toContain("delivery");
        expect(JSON.stringify(jsonOf(request))).toContain('\\"Ahoi\\"');
      },
    },
    {
      name: "sends a WhatsApp template with its placeholders",
      message: {
        channel: "whatsapp",
        template: { name: "termin", language: "de", bodyValues: ["Max\nMüßig", "10 Uhr"] },
      },
      schema: { file: "infobip-whatsapp-template", read: jsonOf },
      expect(request) {
        expect(request.path).toBe("/whatsapp/1/message/template");
        expect(jsonOf(request)).toMatchObject({
          messages: [
            {
              from: "41791110000",
              to: "4915112345678",
              content: { templateName: "termin", templateData: { body: { placeholders: ["Max Müßig", "10 Uhr"] } } },
              notifyUrl: SMS.statusUrl,
            },
          ],
        });
      },
    },
  ],
  errors: [
    { name: "400", answer: refusal(400, "E400"), class: "permanent", code: "E400" },
    { name: "401", answer: refusal(401, "E401"), class: "config", code: "E401" },
    { name: "403", answer: refusal(403, "E403"), class: "config", code: "E403" },
    { name: "429", answer: refusal(429, "E429"), class: "rate_limited", code: "E429", retryAfterMs: null },
    { name: "500", answer: refusal(500, "E500"), class: "transient", code: "E500" },
    {
      name: "401 as older endpoints say it",
      answer: {
        status: 401,
        body: { requestError: { serviceException: { messageId: "UNAUTHORIZED", text: "Invalid login" } } },
      },
      class: "config",
      code: "UNAUTHORIZED",
    },
    {
      name: "a violation names its field",
      answer: {
        status: 400,
        body: {
          errorCode: "E400",
          description: "Bad",
          violations: [{ property: "messages[0].sender", violation: "null" }],
        },
      },
      class: "permanent",
    },
  ],
  refusedWithSuccess: [
    rejected(6, "REJECTED_NETWORK", "permanent"),
    rejected(8, "REJECTED_PREFIX_MISSING", "permanent"),
    rejected(10, "REJECTED_DND", "opted_out"),
    rejected(11, "REJECTED_SOURCE", "config"),
    rejected(12, "REJECTED_NOT_ENOUGH_CREDITS", "config"),
    rejected(13, "REJECTED_SENDER", "config"),
    rejected(14, "REJECTED_DESTINATION", "invalid_address"),
    rejected(17, "REJECTED_PREPAID_PACKAGE_EXPIRED", "config"),
    rejected(18, "REJECTED_DESTINATION_NOT_REGISTERED", "config"),
    rejected(51, "MISSING_TO", "invalid_address"),
    rejected(52, "REJECTED_DESTINATION", "invalid_address"),
    {
      name: "4 REJECTED_OPERATOR",
      answer: sent(status(2, "UNDELIVERABLE", 4, "UNDELIVERABLE_REJECTED_OPERATOR")),
      class: "permanent",
    },
  ],
  check: {
    path: "/account/1/balance",
    ok: { body: { balance: 47.79, currency: "EUR" } },
    refused: [
      { name: "a wrong key", answer: refusal(401, "E401"), class: "config" },
      { name: "something else", answer: { body: { ok: true } }, class: "config" },
    ],
  },
  find: [
    {
      name: "finds our key in the log",
      answer: { body: { results: [{ messageId: "k57queue:1" }] } },
      expect({ path, query }) {
        expect([path, query.get("messageId")]).toEqual(["/sms/3/logs", "k57queue:1"]);
      },
      found: { providerMessageId: "k57queue:1" },
    },
    { name: "finds nothing", answer: { body: { results: [] } }, found: null },
  ],
});

it("sends WhatsApp texts and answers to tap to their own endpoints", async () => {
  const stub = await startStub();
  stub.answer({ body: { to: "4915112345678", messageCount: 1, messageId: "k57queue:1", status: PENDING } });
  const adapter = infobipAdapter(account(stub.url));
  const replies = (count: number) => ({
    label: "Wählen",
    options: Array.from({ length: count }, (_, i) => ({ id: `${i}`, title: `Kurs ${i}` })),
  });
  expect(await adapter.send(WHATSAPP)).toEqual({ kind: "accepted", providerMessageId: "k57queue:1" });
  await adapter.send({ ...WHATSAPP, quickReplies: replies(2) });
  await adapter.send({ ...WHATSAPP, quickReplies: replies(5) });
  expect(stub.requests.map(({ path }) => path)).toEqual([
    "/whatsapp/1/message/text",
    "/whatsapp/1/message/interactive/buttons",
    "/whatsapp/1/message/interactive/list",
  ]);
  expect(stub.requests.map(jsonOf)).toMatchObject([
    { content: { text: WHATSAPP.text } },
    { content: { action: { buttons: [{ type: "REPLY", id: "0", title: "Kurs 0" }, {}] } } },
    { content: { action: { title: "Wählen", sections: [{ rows: [{}, {}, {}, {}, {}] }] } } },
  ]);
  stub.answer({ body: { messageId: "x", status: status(5, "REJECTED", 14, "REJECTED_DESTINATION") } });
  expect(await adapter.send(WHATSAPP)).toMatchObject({ failure: { class: "invalid_address" } });
  await expect(adapter.find?.(WHATSAPP)).rejects.toThrow();
  await stub.stop();
});

it("lists the templates of its sender, and says why it cannot", async () => {
  const stub = await startStub();
  const adapter = infobipAdapter(account(stub.url));
  const listed = { id: "111", businessAccountId: 222, name: "day_before", language: "de", status: "APPROVED" };
  stub.answer({ body: { templates: [listed] } });
  expect(await adapter.templates?.()).toEqual([{ name: "day_before", language: "de", state: "APPROVED" }]);
  expect(stub.requests[0]?.path).toBe("/whatsapp/2/senders/41791110000/templates");
  stub.answer({
    status: 401,
    body: { requestError: { serviceException: { messageId: "UNAUTHORIZED", text: "Invalid" } } },
  });
  await expect(adapter.templates?.()).rejects.toThrow("Invalid");
  await stub.stop();
});
