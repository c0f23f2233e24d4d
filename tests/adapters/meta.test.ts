import { expect, it } from "vitest";
import { openAdapter } from "../../convex/delivery/providers/adapters";
import type { OutgoingMessage } from "../../convex/delivery/providers/types";
import { PIXEL, WHATSAPP } from "./samples.ts";
import { formOf, jsonOf, startStub } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";

// providers.md section 13; the webhook is in meta-webhook.test.ts.

const HOUR_MS = 3_600_000;

const account = (url: string) => ({
  settings: { baseUrl: url, phoneNumberId: "106540352242922" },
  secrets: { accessToken: "EAAgeheim", appSecret: "app-geheim", verifyToken: "bitte-merken" },
});

const refusal = (status: number, code: number, details = `details of ${code}`, more: object = {}) => ({
  status,
  body: {
    error: {
      message: `(#${code}) Something`,
      type: "OAuthException",
      code,
      error_data: { messaging_product: "whatsapp", details },
      fbtrace_id: "AbCd",
      ...more,
    },
  },
});

const rows = (errorClass: ErrorRow["class"], status: number, codes: number[]): ErrorRow[] =>
  codes.map((code) => ({ name: `${code}`, answer: refusal(status, code), class: errorClass, code: String(code) }));

const ERRORS: ErrorRow[] = [
  ...rows("rate_limited", 429, [4, 80007, 130429, 133016]),
  { name: "131056 pair rate", answer: refusal(400, 131056), class: "rate_limited", retryAfterMs: 6_000 },
  { name: "131049 ecosystem cap", answer: refusal(400, 131049), class: "rate_limited", retryAfterMs: 24 * HOUR_MS },
  ...rows("config", 401, [0, 190]),
  ...rows("config", 403, [3, 10, 200, 230, 299]),
  ...rows("config", 400, [131048, 368, 131031, 130497, 131030, 131037, 131042, 131045, 133010, 134011]),
  ...rows("config", 400, [132015, 132016, 132068, 132069]),
  ...rows("transient", 500, [1, 2, 131000, 131016, 131057, 133004, 131052]),
  ...rows("permanent", 400, [33, 100, 131008, 131009, 131051, 131053, 135000, 131021, 130472, 131062]),
  ...rows("permanent", 400, [132000, 132001, 132005, 132007, 132012, 132018]),
  ...rows("invalid_address", 400, [131026]),
  ...rows("window_closed", 400, [131047]),
  ...rows("opted_out", 400, [131050]),
  { name: "an unknown code by its status", answer: refusal(400, 999_999), class: "permanent" },
  {
    name: "an unknown code that says it passes",
    answer: refusal(400, 999_998, "wait", { is_transient: true }),
    class: "transient",
  },
];

const ACCEPTED = {
  body: {
    messaging_product: "whatsapp",
    contacts: [{ input: "4915112345678", wa_id: "4915112345678" }],
    messages: [{ id: "wamid.HBgL", message_status: "accepted" }],
  },
};

const schema = { file: "meta-message", read: jsonOf };

testAdapter({
  provider: "meta",
  account,
  message: WHATSAPP,
  accepts: ACCEPTED,
  accepted: { providerMessageId: "wamid.HBgL" },
  requests: [
    {
      name: "writes a text the published way, our key beside it",
      schema,
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/v23.0/106540352242922/messages" });
        expect(request.headers.authorization).toBe("Bearer EAAgeheim");
        expect(jsonOf(request)).toEqual({
          messaging_product: "whatsapp",
          recipient_type: "individual",
          to: "4915112345678",
          biz_opaque_callback_data: "k57queue:1",
          type: "text",
          text: { body: WHATSAPP.text, preview_url: false },
        });
      },
    },
    {
      name: "writes to a user id as a recipient, never as a number",
      message: { to: { address: "CH.13491208655302741918", name: "Max" } },
      schema,
      expect(request) {
        expect(jsonOf(request)).toMatchObject({ recipient: "CH.13491208655302741918" });
        expect(jsonOf(request)).not.toHaveProperty("to");
      },
    },
    {
      name: "fills a template's placeholders, on one line each",
      message: {
        template: { name: "termin_erinnerung", language: "de", bodyValues: ["Max\nMüßig", "  10:00     Uhr\t", ""] },
      },
      schema,
      expect(request) {
        expect(jsonOf(request)).toMatchObject({
          type: "template",
          template: {
            name: "termin_erinnerung",
            language: { code: "de" },
            components: [
              {
                type: "body",
                parameters: [
                  { type: "text", text: "Max Müßig" },
                  { type: "text", text: "10:00 Uhr" },
                  { type: "text", text: "-" },
                ],
              },
            ],
          },
        });
      },
    },
    {
      name: "sends a template without placeholders bare",
      message: { template: { name: "hello_world", language: "en_US", bodyValues: [] } },
      schema,
      expect(request) {
        expect(jsonOf(request)).toMatchObject({ template: { name: "hello_world", language: { code: "en_US" } } });
        expect(JSON.stringify(jsonOf(request))).not.toContain("components");
      },
    },
    {
      name: "offers up to three answers as buttons",
      message: {
        quickReplies: {
          label: "Auswahl",
          options: [
            { id: "yes", title: "Ja, ich komme sehr gern vorbei" },
            { id: "no", title: "Nein" },
          ],
        },
      },
      schema,
      expect(request) {
        expect(jsonOf(request)).toMatchObject({
          type: "interactive",
          interactive: {
            type: "button",
            action: {
              buttons: [
                { type: "reply", reply: { id: "yes", title: "Ja, ich komme sehr …" } },
                { type: "reply", reply: { id: "no", title: "Nein" } },
              ],
            },
          },
        });
      },
    },
    {
      name: "offers more as a list, ten at most",
      message: {
        quickReplies: {
          label: "Bitte wählen",
          options: Array.from({ length: 12 }, (_, i) => ({
            id: `o${i}`,
            title: `Kurs ${i}`,
            description: "x".repeat(90),
          })),
        },
      },
      schema,
      expect(request) {
        const { interactive } = jsonOf(request) as { interactive: { action: { sections: { rows: object[] }[] } } };
        expect(interactive.action.sections[0]?.rows).toHaveLength(10);
        expect(interactive).toMatchObject({ type: "list", action: { button: "Bitte wählen" } });
      },
    },
    {
      name: "reacts to a message, and takes it back",
      message: { reaction: { to: "wamid.theirs", emoji: "" } },
      schema,
      expect(request) {
        const { type, reaction, text } = jsonOf(request) as Record<string, unknown>;
        expect({ type, reaction, text }).toEqual({
          type: "reaction",
          reaction: { message_id: "wamid.theirs", emoji: "" },
          text: undefined,
        });
      },
    },
    {
      name: "answers a message and follows another version",
      message: { inReplyTo: "wamid.theirs" },
      settings: { apiVersion: "v24.0" },
      schema,
      expect(request) {
        expect(request.path).toBe("/v24.0/106540352242922/messages");
        expect(jsonOf(request)).toMatchObject({ context: { message_id: "wamid.theirs" } });
      },
    },
  ],
  errors: ERRORS,
  refusedWithSuccess: [
    { name: "an error with status 200", answer: { ...refusal(200, 131026) }, class: "invalid_address" },
  ],
  check: {
    path: "/v23.0/106540352242922",
    ok: { body: { id: "106540352242922", display_phone_number: "+49 151 1", quality_rating: "GREEN" } },
    refused: [
      { name: "a token that ended", answer: refusal(401, 190), class: "config", code: "190" },
      { name: "another API", answer: { body: "<html>Hello</html>" }, class: "config" },
    ],
  },
});

const withFile = (name: string, contentType: string): OutgoingMessage => ({
  ...WHATSAPP,
  attachments: [{ name, contentType, content: PIXEL }],
});

it.each([
  [withFile("logo.png", "image/png"), { type: "image", image: { id: "media-1", caption: WHATSAPP.text } }],
  [
    withFile("Törnplan.pdf", "application/pdf"),
    { type: "document", document: { id: "media-1", filename: "Törnplan.pdf", caption: WHATSAPP.text } },
  ],
  [withFile("ton.ogg", "audio/ogg; codecs=opus"), { type: "audio", audio: { id: "media-1" } }],
])("a file is uploaded, then named in the message", async (message, expected) => {
  const stub = await startStub();
  stub.answer(({ path }) => (path.endsWith("/media") ? { body: { id: "media-1" } } : ACCEPTED));
  const adapter = openAdapter("meta", {
    ctx: { runMutation: () => Promise.reject(new Error()) },
    ...account(stub.url),
  });
  expect(await adapter.send(message)).toMatchObject({ kind: "accepted" });
  const [upload, sent] = stub.requests;
  if (upload === undefined || sent === undefined) throw new Error("two requests were expected");
  const form = await formOf(upload);
  expect(form.get("messaging_product")).toBe("whatsapp");
  expect((form.get("file") as File).name).toBe(message.attachments[0]?.name);
  expect(jsonOf(sent)).toMatchObject(expected);
  await stub.stop();
});

it("a failed or lost upload has sent nothing; two files are refused", async () => {
  const stub = await startStub();
  const adapter = openAdapter("meta", {
    ctx: { runMutation: () => Promise.reject(new Error()) },
    ...account(stub.url),
    timeoutMs: 300,
  });
  const message = withFile("logo.png", "image/png");
  stub.answer(refusal(400, 131053));
  expect(await adapter.send(message)).toMatchObject({ kind: "refused", failure: { class: "permanent" } });
  stub.answer("hang");
  expect(await adapter.send(message)).toMatchObject({ kind: "refused", failure: { class: "transient" } });
  stub.answer("reset");
  expect(await adapter.send(message)).toMatchObject({ kind: "refused", failure: { class: "transient" } });
  stub.answer(ACCEPTED);
  const two = { ...message, attachments: [...message.attachments, ...message.attachments] };
  expect(await adapter.send(two)).toMatchObject({
    kind: "refused",
    failure: { class: "permanent", code: "attachments" },
  });
  expect(stub.requests).toEqual([]);
  await stub.stop();
});

it("lists the templates of the business account, page after page, and says why it cannot", async () => {
  const stub = await startStub();
  const { settings, secrets } = account(stub.url);
  const open = (businessAccountId?: string) =>
    openAdapter("meta", {
      ctx: { runMutation: () => Promise.reject(new Error()) },
      settings: { ...settings, ...(businessAccountId === undefined ? {} : { businessAccountId }) },
      secrets,
    });
  const template = (name: string, status: string, rejected_reason = "NONE") => {
    return { id: "1", name, language: "de", status, category: "UTILITY", rejected_reason };
  };
  stub.answer(({ query }) =>
    query.get("after") === null
      ? {
          body: {
            data: [template("day_before", "APPROVED")],
            // Elsewhere: we go on where the account's settings say.
            paging: { cursors: { after: "c1" }, next: "https://elsewhere.example/next" },
          },
        }
      : {
          body: {
            data: [template("week_before", "REJECTED", "TAG_CONTENT_MISMATCH")],
            paging: { cursors: { after: "c2" } },
          },
        },
  );
  expect(await open("waba-1").templates?.()).toEqual([
    { name: "day_before", language: "de", state: "APPROVED" },
    { name: "week_before", language: "de", state: "REJECTED", reason: "TAG_CONTENT_MISMATCH" },
  ]);
  expect(stub.requests[0]?.query.get("fields")).toContain("rejected_reason");
  expect(stub.requests.map(({ path, query }) => [path, query.get("after")])).toEqual([
    ["/v23.0/waba-1/message_templates", null],
    ["/v23.0/waba-1/message_templates", "c1"],
  ]);
  stub.answer(refusal(401, 190));
  await expect(open("waba-1").templates?.()).rejects.toThrow("details of 190");
  await expect(open().templates?.()).rejects.toThrow("Business account");
  await stub.stop();
});
