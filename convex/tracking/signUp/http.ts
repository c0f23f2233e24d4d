import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import type { Proof } from "../../contacts/consents/schema";
import { requireEnv } from "../../lib/env";
import { asAppError, HTTP_STATUS, type AppError } from "../../lib/errors";
import { formFieldsOf, isFormType } from "../../lib/formBody";
import { httpAction } from "../../lib/functions";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import { htmlResponse, languageAsked, proofOf, tokenOf } from "../pages/http";
import { signUpHtml, type SignUpPage } from "./html";
import type { OpenForm } from "./jobs";
import { callerOf, MAX_BODY_BYTES, originOf, readSubmission } from "./rules";
import { SIGN_UP_WORDS } from "./words";

const MS_PER_SECOND = 1_000;
/** How long a browser may remember that a page may send. */
const PREFLIGHT_SECONDS = 600;

/** Who calls, which form, and how they want to be answered. */
type Call = {
  key: string;
  form: OpenForm | null;
  /** The page's origin when it may send here; null for a caller without one. Refused ones never get this far. */
  origin: string | null;
  wantsPage: boolean;
  language: CustomerLanguage;
};

type Refusal = AppError & { status?: number };

/** GET /signup/{key}: the form as a page of ours, without script. 404 for forms that are off. */
export const showSignUp = httpAction(async (ctx, request) => {
  const form = await ctx.runQuery(internal.tracking.signUp.jobs.find, { key: tokenOf(request) });
  if (form !== null) return page(200, { ...formPage(form), title: "title" });
  const language = customerLanguage(languageAsked(request));
  return page(404, { ...noForm(language), title: "problemTitle" });
});

/** OPTIONS /signup/{key}: whether a page of another origin may send (CORS). Without leave there are no headers. */
export const allowSignUp = httpAction(async (ctx, request) => {
  const form = await ctx.runQuery(internal.tracking.signUp.jobs.find, { key: tokenOf(request) });
  const origin = request.headers.get("Origin");
  const response = new Response(null, { status: 204, headers: { Vary: "Origin" } });
  if (form === null || origin === null || !mayPost(form, origin)) return response;
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Allow-Methods", "POST");
  response.headers.set("Access-Control-Allow-Headers", "Content-Type, Accept");
  response.headers.set("Access-Control-Max-Age", String(PREFLIGHT_SECONDS));
  return response;
});

/**
 * POST /signup/{key}: JSON, or a form (urlencoded or multipart). 202 whoever it names, known or not; a plain form's
 * browser gets a page, or goes on to the form's own address. 403 from pages the form may not stand on, 404 for forms
 * that are off, 413, 415, 422 with the field, 429 with when to come back.
 */
export const receiveSignUp = httpAction(async (ctx, request) => {
  const key = tokenOf(request);
  const form = await ctx.runQuery(internal.tracking.signUp.jobs.find, { key });
  const type = request.headers.get("Content-Type") ?? undefined;
  const wantsPage = isFormType(type) && !(request.headers.get("Accept") ?? "").includes("application/json");
  const language = form?.view.language ?? customerLanguage(languageAsked(request));
  const call: Call = { key, form, origin: null, wantsPage, language };
  if (form === null)
    return refused(call, { code: "not_found", message: "This form does not exist or is switched off." });
  const origin = request.headers.get("Origin");
  if (origin !== null && !mayPost(form, origin)) {
    return refused(call, { code: "forbidden", message: "This form may not stand on this page." });
  }
  const allowed = { ...call, origin };
  const fields = await fieldsOf(request, type);
  if ("code" in fields) return refused(allowed, fields);
  return await take(ctx, request, allowed, form, fields.values);
});

async function take(
  ctx: ActionCtx,
  request: Request,
  call: Call,
  form: OpenForm,
  values: Record<string, unknown>,
): Promise<Response> {
  const read = readSubmission(values);
  if (read.kind === "invalid") return refused(call, { code: "invalid", field: read.field, message: read.message });
  const proof = await proofFrom(ctx, request, form);
  const submission = read.kind === "filled" ? read.submission : null;
  const asked = { key: call.key, caller: callerOf(proof.ip), submission, proof };
  try {
    const outcome = await ctx.runMutation(internal.tracking.signUp.jobs.submit, asked);
    if (outcome?.kind === "accepted") return accepted(call, form);
    const gone = { code: "not_found", message: "This form does not exist or is switched off." } as const;
    return refused(call, outcome === null ? gone : { code: "invalid", field: outcome.field, message: outcome.message });
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error?.code !== "rate_limited") throw thrown;
    return refused(call, error);
  }
}

/** The fields of the body, or why it cannot be read. */
async function fieldsOf(
  request: Request,
  type: string | undefined,
): Promise<{ values: Record<string, unknown> } | Refusal> {
  const isJson = /^application\/json\s*(;|$)/i.test(type?.trim() ?? "");
  if (!isJson && !isFormType(type)) {
    return { code: "invalid", status: 415, message: "Send JSON or a form." };
  }
  const tooLarge = { code: "invalid", status: 413, message: `At most ${MAX_BODY_BYTES} bytes.` } as const;
  if (Number(request.headers.get("Content-Length") ?? 0) > MAX_BODY_BYTES) return tooLarge;
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > MAX_BODY_BYTES) return tooLarge;
  if (isJson) return jsonFields(new TextDecoder().decode(body));
  const fields = formFieldsOf(body);
  if (fields === null) return { code: "invalid", field: "body", message: "The form is not complete." };
  return { values: Object.fromEntries(fields.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])) };
}

function jsonFields(text: string): { values: Record<string, unknown> } | Refusal {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { code: "invalid", field: "body", message: `This is not JSON: ${(error as Error).message}` };
  }
  const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  if (!isObject) return { code: "invalid", field: "body", message: "Send an object." };
  return { values: parsed as Record<string, unknown> };
}

// The page the form stands on is part of the proof; what follows its path is the visitor's own business.
async function proofFrom(ctx: ActionCtx, request: Request, form: OpenForm): Promise<Proof> {
  const proof = await proofOf(ctx, request, "/signup");
  const referer = request.headers.get("Referer") ?? "";
  const origin = originOf(referer);
  if (origin === null || !form.origins.includes(origin)) return proof;
  return { ...proof, url: origin + new URL(referer).pathname };
}

function mayPost(form: OpenForm, origin: string): boolean {
  return form.origins.includes(origin) || isOurs(origin);
}

function isOurs(origin: string): boolean {
  return origin === new URL(requireEnv("CONVEX_SITE_URL")).origin;
}

function accepted(call: Call, form: OpenForm): Response {
  const text = form.thanks ?? SIGN_UP_WORDS[call.language].thanks;
  if (!call.wantsPage) return json(call, 202, { status: "accepted", message: text });
  // Our own page stays ours: its content policy lets a form lead nowhere else.
  if (form.redirectUrl !== undefined && (call.origin === null || !isOurs(call.origin))) {
    return new Response(null, { status: 303, headers: { Location: form.redirectUrl, "Cache-Control": "no-store" } });
  }
  const { brand, view } = form;
  return page(200, { brand, language: view.language, title: "thanksTitle", note: { text, isProblem: false } });
}

function refused(call: Call, { status, ...error }: Refusal): Response {
  const { code, message, field, retryAfterMs } = error;
  const answered = status ?? HTTP_STATUS[code];
  const wait = retryAfterMs === undefined ? null : String(Math.ceil(retryAfterMs / MS_PER_SECOND));
  const response = call.wantsPage
    ? page(answered, { ...problemPage(call, error), title: "problemTitle" })
    : json(call, answered, { code, message, field });
  if (wait !== null) response.headers.set("Retry-After", wait);
  return response;
}

function problemPage(call: Call, { code, field }: AppError): Omit<SignUpPage, "title"> {
  const words = SIGN_UP_WORDS[call.language];
  const text = (): string => {
    if (code === "rate_limited") return words.later;
    if (code === "not_found") return words.off;
    if (code === "forbidden") return words.forbidden;
    if (field === "email") return words.badEmail;
    if (field === "phone") return words.badPhone;
    return field === "consent" ? words.notAgreed : words.invalid;
  };
  const note = { text: text(), isProblem: true };
  if (call.form === null) return { ...noForm(call.language), note };
  return { ...formPage(call.form), note, ...(code === "invalid" ? {} : { form: undefined }) };
}

function formPage({ brand, view }: OpenForm): Omit<SignUpPage, "title"> {
  return { brand, language: view.language, form: view };
}

function noForm(language: CustomerLanguage): Omit<SignUpPage, "title"> {
  return { brand: null, language, note: { text: SIGN_UP_WORDS[language].off, isProblem: true } };
}

/** A page of ours. Unlike the others it says its origin when its form is sent: that is what is asked for. */
function page(status: number, shown: SignUpPage): Response {
  const response = htmlResponse(status, signUpHtml(shown));
  response.headers.set("Referrer-Policy", "same-origin");
  return response;
}

function json({ origin }: Call, status: number, body: unknown): Response {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    Vary: "Origin",
  };
  if (origin !== null) headers["Access-Control-Allow-Origin"] = origin;
  return new Response(JSON.stringify(body), { status, headers });
}
