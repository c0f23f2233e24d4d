import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Actor } from "../../audit/schema";
import { topicsOf } from "../../contacts/topics/model";
import { DEFAULT_WORDINGS, fillWording, type WordingBlanks } from "../../contacts/wordings/defaults";
import { keepOwnWording, ownWording, type OwnWording } from "../../contacts/wordings/model";
import { randomToken } from "../../lib/crypto";
import { vPurpose } from "../../lib/closedSets";
import { requireEnv } from "../../lib/env";
import { appError } from "../../lib/errors";
import { requireOrg } from "../../orgs/model";
import { snippetOf, type FormView } from "./html";
import { addressFields, areChannelsFit, channelsInWords, originOf, redirectProblem, SIGN_UP_PREFIX } from "./rules";
import { vSignUpSettings, type SignUpSettings } from "./schema";

/** More forms than this are another kind of list. */
const MAX_FORMS = 50;
const MAX_ORIGINS = 20;
const MAX_NAME_CHARS = 80;
const MAX_THANKS_CHARS = 400;

/** A form as its settings show it. */
export const vSignUpForm = v.object({
  id: v.id("signUpForms"),
  ...vSignUpSettings.fields,
  /** The words people agree to, with their blanks. */
  wording: v.string(),
  wordingVersion: v.number(),
  purpose: v.union(vPurpose, v.null()),
  url: v.string(),
  /** HTML for somebody's own page. */
  snippet: v.string(),
  counts: v.object({ asked: v.number(), quiet: v.number(), trapped: v.number() }),
  lastAt: v.union(v.number(), v.null()),
});

/** The organisation's forms, oldest first. */
export async function listForms(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Infer<typeof vSignUpForm>[]> {
  const forms = await ctx.db
    .query("signUpForms")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_FORMS);
  return await Promise.all(forms.map((form) => presentForm(ctx, form)));
}

/** Who changes a form, and what it becomes. */
export type FormChange = { orgId: Id<"organisations">; actor: Actor; settings: SignUpSettings; wording: string };

/**
 * Makes a form, or changes the one named. Other words make a new version; what was agreed to under an old one keeps it.
 * Throws `invalid` with the field, `not_found` for a form of somebody else.
 */
export async function saveForm(
  ctx: MutationCtx,
  { orgId, actor, settings, wording }: FormChange,
  formId: Id<"signUpForms"> | null,
): Promise<Id<"signUpForms">> {
  const checked = await checkedSettings(ctx, orgId, settings);
  const known = formId === null ? null : await requireForm(ctx, orgId, formId);
  if (known === null && (await listForms(ctx, orgId)).length >= MAX_FORMS) {
    throw appError("invalid", `There can be at most ${MAX_FORMS} forms.`);
  }
  const counts = { asked: 0, quiet: 0, trapped: 0 };
  const fresh = { orgId, key: randomToken(), ...checked, wordingVersion: 0, counts, createdBy: actor };
  const id = known?._id ?? (await ctx.db.insert("signUpForms", fresh));
  const words = { text: wording, createdBy: actor };
  const wordingVersion = await keepOwnWording(ctx, wordingKeyOf({ ...checked, orgId, _id: id }), words);
  const cleared = { thanks: undefined, redirectUrl: undefined };
  await ctx.db.patch("signUpForms", id, { ...cleared, ...checked, wordingVersion });
  await record(ctx, {
    orgId,
    actor,
    action: known === null ? "sign_up_form.created" : "sign_up_form.changed",
    subject: { table: "signUpForms", id },
    details: { name: checked.name, isOn: checked.isOn, wordingVersion },
  });
  return id;
}

/** Takes a form away; what people agreed to through it stays on record with its words. */
export async function removeForm(
  ctx: MutationCtx,
  { orgId, actor }: Pick<FormChange, "orgId" | "actor">,
  formId: Id<"signUpForms">,
): Promise<void> {
  const form = await requireForm(ctx, orgId, formId);
  await ctx.db.delete("signUpForms", form._id);
  const subject = { table: "signUpForms", id: form._id };
  await record(ctx, { orgId, actor, action: "sign_up_form.removed", subject, details: { name: form.name } });
}

/** A form that takes submissions: switched on, with a topic that is offered. Null for every other key. */
export async function openForm(ctx: QueryCtx, key: string): Promise<Doc<"signUpForms"> | null> {
  const form = await ctx.db
    .query("signUpForms")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
  if (form === null || !form.isOn) return null;
  const topic = (await topicsOf(ctx, form.orgId)).find((each) => each.key === form.topic);
  return topic === undefined || topic.isArchived ? null : form;
}

/** What a form looks like to whoever fills it in. */
export async function formView(ctx: QueryCtx, form: Doc<"signUpForms">): Promise<FormView> {
  const row = await ownWording(ctx, wordingKeyOf(form), form.wordingVersion);
  return {
    url: urlOf(form),
    language: form.language,
    fields: addressFields(form.channels),
    wording: fillWording(row?.text ?? DEFAULT_WORDINGS[form.language].double_opt_in, await blanksOf(ctx, form)),
    wordingVersion: form.wordingVersion,
  };
}

/** Under which key the versions of a form's words are kept. */
export function wordingKeyOf({
  orgId,
  _id,
  language,
}: Pick<Doc<"signUpForms">, "orgId" | "_id" | "language">): OwnWording {
  return { orgId, key: `form:${_id}`, language };
}

/** What fills the blanks of a form's words: what people see is what is kept. */
export async function blanksOf(ctx: QueryCtx, form: Doc<"signUpForms">): Promise<WordingBlanks> {
  const org = await requireOrg(ctx, form.orgId);
  const topic = (await topicsOf(ctx, form.orgId)).find((each) => each.key === form.topic);
  const name = topic?.name[form.language] || topic?.name.de;
  return { org: org.name, topic: name, channel: channelsInWords(form.channels, form.language) };
}

async function presentForm(ctx: QueryCtx, form: Doc<"signUpForms">): Promise<Infer<typeof vSignUpForm>> {
  const { _id, name, language, topic, channels, origins, thanks, redirectUrl, isOn, counts, lastAt } = form;
  const row = await ownWording(ctx, wordingKeyOf(form), form.wordingVersion);
  const known = (await topicsOf(ctx, form.orgId)).find((each) => each.key === topic);
  return {
    id: _id,
    name,
    language,
    topic,
    channels,
    origins,
    isOn,
    counts,
    ...(thanks === undefined ? {} : { thanks }),
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
    wording: row?.text ?? "",
    wordingVersion: form.wordingVersion,
    purpose: known?.purpose ?? null,
    url: urlOf(form),
    snippet: snippetOf(await formView(ctx, form)),
    lastAt: lastAt ?? null,
  };
}

function urlOf({ key }: Doc<"signUpForms">): string {
  return `${requireEnv("CONVEX_SITE_URL")}${SIGN_UP_PREFIX}${key}`;
}

async function requireForm(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  formId: Id<"signUpForms">,
): Promise<Doc<"signUpForms">> {
  const form = await ctx.db.get("signUpForms", formId);
  if (form === null || form.orgId !== orgId) throw appError("not_found", "This form does not exist.");
  return form;
}

async function checkedSettings(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  settings: SignUpSettings,
): Promise<SignUpSettings> {
  const name = settings.name.trim();
  if (name === "" || name.length > MAX_NAME_CHARS) {
    throw appError("invalid", `A name has 1 to ${MAX_NAME_CHARS} characters.`, { field: "name" });
  }
  const channels = [...new Set(settings.channels)];
  if (!areChannelsFit(channels)) {
    throw appError("invalid", "Choose e-mail, and one of SMS and WhatsApp at most.", { field: "channels" });
  }
  const topic = (await topicsOf(ctx, orgId)).find((each) => each.key === settings.topic);
  if (topic === undefined || topic.isArchived) {
    throw appError("invalid", "This topic is not offered.", { field: "topic" });
  }
  if (!channels.every((channel) => topic.channels.includes(channel))) {
    throw appError("invalid", "This topic is not offered by this channel.", { field: "channels" });
  }
  const origins = checkedOrigins(settings.origins);
  const thanks = settings.thanks?.trim() ?? "";
  if (thanks.length > MAX_THANKS_CHARS) {
    throw appError("invalid", `At most ${MAX_THANKS_CHARS} characters.`, { field: "thanks" });
  }
  const redirectUrl = settings.redirectUrl?.trim() ?? "";
  const problem = redirectUrl === "" ? null : redirectProblem(redirectUrl, origins);
  if (problem !== null) {
    throw appError("invalid", "This must be an address on one of the form's own pages.", { field: "redirectUrl" });
  }
  const { language, isOn } = settings;
  return {
    name,
    language,
    topic: settings.topic,
    channels,
    origins,
    isOn,
    ...(thanks === "" ? {} : { thanks }),
    ...(redirectUrl === "" ? {} : { redirectUrl: new URL(redirectUrl).href }),
  };
}

function checkedOrigins(written: readonly string[]): string[] {
  const origins = written.flatMap((text) => {
    if (text.trim() === "") return [];
    const origin = originOf(text);
    if (origin !== null) return [origin];
    throw appError("invalid", `“${text.trim()}” is no address of a website with https.`, { field: "origins" });
  });
  if (origins.length > MAX_ORIGINS) throw appError("invalid", `At most ${MAX_ORIGINS} websites.`, { field: "origins" });
  return [...new Set(origins)];
}
