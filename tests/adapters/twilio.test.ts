import { expect, it } from "vitest";
import { twilioAdapter } from "../../convex/delivery/providers/twilioSend";
import { SMS } from "./samples.ts";
import { basicOf, type RecordedRequest } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";

// providers.md sections 8 and 13.9; the webhook is in twilio-webhook.test.ts.

const SID = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const HOUR_MS = 3_600_000;

const account = (url: string) => ({
  settings: { baseUrl: url, accountSid: SID, sender: "+41791110000" },
  secrets: { authToken: "twilio-geheim", secondaryAuthToken: "zweites-geheim" },
});

const form = ({ body }: RecordedRequest) => Object.fromEntries(new URLSearchParams(body.toString("utf8")));
const schema = { file: "twilio-create-message", read: form };

const refusal = (status: number, code: number, message = `error ${code}`) => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});
const rows = (errorClass: ErrorRow["class"], status: number, codes: number[]): ErrorRow[] =>
  codes.map((code) => ({ name: `${code}`, answer: refusal(status, code), class: errorClass, code: String(code) }));

const ERRORS: ErrorRow[] = [
  ...rows("rate_limited", 429, [20429, 21611, 14107, 30001, 30022, 63018]),
  { name: "63049 marketing cap", answer: refusal(400, 63049), class: "rate_limited", retryAfterMs: 24 * HOUR_MS },
  ...rows("invalid_address", 400, [21211, 21214, 21217, 21265, 21614, 30005, 30006, 63003, 63024]),
  ...rows("opted_out", 400, [21610, 63033]),
  ...rows("config", 401, [20003]),
  ...rows("config", 404, [20404]),
  ...rows("config", 400, [21408, 21612, 21606, 21603, 21659, 21660, 21656, 21701, 21703, 21655, 21212, 21608]),
  ...rows("config", 400, [30002, 30034, 30032, 30035, 30024]),
  ...rows("config", 400, [63007, 63005, 63013, 63027, 63028, 63029, 63040, 63041, 63042]),
  ...rows("permanent", 400, [21602, 21619, 21617, 21620, 30004, 30007, 63032, 63012, 63019]),
  {
    name: "30003 unreachable handset, in hours",
    answer: refusal(400, 30003),
    class: "transient",
    retryAfterMs: 2 * HOUR_MS,
  },
  ...rows("transient", 500, [20500, 20503, 30008, 30009, 30010, 30017, 30036, 30410, 30500, 63010, 63030]),
  ...rows("window_closed", 400, [63016]),
  { name: "an unknown code by its status", answer: refusal(400, 99_999), class: "permanent", code: "99999" },
];

const CREATED = {
  status: 201,
  body: {
    account_sid: SID,
    api_version: "2010-04-01",
    body: "Hello",
    date_created: "Fri, 20 Nov 2026 10:00:01 +0000",
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    num_media: "0",
    num_segments: "1",
    price: null,
    sid: "SMbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    status: "queued",
    to: "+4915112345678",
  },
};
const FOUND = (more: object) => ({ body: { messages: [{ ...CREATED.body, body: SMS.text, ...more }], page: 0 } });

testAdapter({
  provider: "twilio",
  account,
  message: SMS,
  accepts: CREATED,
  accepted: { providerMessageId: CREATED.body.sid, segments: 1 },
  requests: [
    {
      name: "posts the published form, our key in the callback's address",
      schema,
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: `/2010-04-01/Accounts/${SID}/Messages.json` });
        expect(request.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
        expect(basicOf(request)).toBe(`${SID}:twilio-geheim`);
        expect(form(request)).toEqual({
          To: "+4915112345678",
          From: "+41791110000",
          Body: SMS.text,
          StatusCallback: `${SMS.statusUrl}?m=k57queue%3A1#rc=3&rp=all&ct=2000&rt=5000&tt=15000`,
        });
      },
    },
    {
      name: "goes through a Messaging Service, with an API key",
      settings: { messagingServiceSid: "MGcccccccccccccccccccccccccccccccc", apiKeySid: "SKdd" },
      schema,
      expect(request) {
        expect(basicOf(request)).toBe("SKdd:");
        expect(form(request)).toMatchObject({ MessagingServiceSid: "MGcccccccccccccccccccccccccccccccc" });
        expect(form(request)).not.toHaveProperty("From");
      },
    },
    {
      name: "makes typography plain where that saves a part",
      message: { text: "„Ahoi“ – bis morgen…" },
      schema,
      expect(request) {
        expect(form(request).Body).toBe('"Ahoi" - bis morgen...');
      },
    },
    {
      name: "leaves typography alone when told to",
      message: { text: "„Ahoi“" },
      settings: { smartEncoding: false },
      expect(request) {
        expect(form(request).Body).toBe("„Ahoi“");
      },
    },
    {
      name: "writes answers to tap as lines",
      message: {
        text: "Kommen Sie?",
        quickReplies: {
          label: "Wählen",
          options: [
            { id: "y", title: "Ja" },
            { id: "n", title: "Nein" },
          ],
        },
      },
      expect(request) {
        expect(form(request).Body).toBe("Kommen Sie?\n\n1. Ja\n2. Nein");
      },
    },
    {
      name: "addresses WhatsApp by its prefix",
      message: { channel: "whatsapp" },
      schema,
      expect(request) {
        expect(form(request)).toMatchObject({ To: "whatsapp:+4915112345678", From: "whatsapp:+41791110000" });
      },
    },
    {
      name: "sends a template by its Content SID and numbered values",
      message: {
        channel: "whatsapp",
        template: {
          name: "termin",
          language: "de",
          providerTemplateId: "HXdddddddddddddddddddddddddddddddd",
          bodyValues: ["Max", "10:00"],
        },
      },
      schema,
      expect(request) {
        expect(form(request)).toMatchObject({
          ContentSid: "HXdddddddddddddddddddddddddddddddd",
          ContentVariables: '{"1":"Max","2":"10:00"}',
        });
        expect(form(request)).not.toHaveProperty("Body");
      },
    },
  ],
  errors: ERRORS,
  check: {
    path: `/2010-04-01/Accounts/${SID}.json`,
    ok: { body: { sid: SID, status: "active", friendly_name: "Haff" } },
    refused: [
      { name: "a wrong token", answer: refusal(401, 20003, "Authenticate"), class: "config", code: "20003" },
      { name: "a suspended account", answer: { body: { sid: SID, status: "suspended" } }, class: "config" },
      { name: "something else", answer: { body: { ok: true } }, class: "config" },
    ],
  },
  find: [
    {
      name: "finds the same words to the same person since then",
      answer: FOUND({}),
      expect({ path, query }) {
        expect(path).toBe(`/2010-04-01/Accounts/${SID}/Messages.json`);
        expect(query.get("To")).toBe("+4915112345678");
      },
      found: { providerMessageId: CREATED.body.sid },
    },
    { name: "not an earlier one", answer: FOUND({ date_created: "Fri, 20 Nov 2026 09:59:00 +0000" }), found: null },
    { name: "not other words", answer: FOUND({ body: "Hello" }), found: null },
    { name: "not what came in", answer: FOUND({ direction: "inbound" }), found: null },
    { name: "not nothing", answer: { body: { messages: [] } }, found: null },
  ],
});

it("refuses what it cannot send before asking", async () => {
  const adapter = twilioAdapter(account("http://127.0.0.1:9"));
  const template = { name: "termin", language: "de", bodyValues: [] };
  expect(await adapter.send({ ...SMS, channel: "whatsapp", template })).toMatchObject({
    kind: "refused",
    failure: { class: "config", code: "template" },
  });
  const attachments = [{ name: "a.txt", contentType: "text/plain", content: new ArrayBuffer(1) }];
  expect(await adapter.send({ ...SMS, attachments })).toMatchObject({ failure: { class: "permanent" } });
});

it("does not call a lost message unknown when Twilio cannot be asked", async () => {
  await expect(twilioAdapter(account("http://127.0.0.1:9")).find?.(SMS)).rejects.toThrow();
});
