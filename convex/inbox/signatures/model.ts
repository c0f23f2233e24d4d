import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { copyFile, presentFile, removeFile, requireFile } from "../../files/model";
import { BUSINESS_ENTITIES, type BusinessEntity } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";
import { picturesIn } from "../attachments/limits";
import { claimFiles } from "../attachments/model";
import type { Words } from "../model/outgoing";
import { simpleHtml } from "../simpleHtml";
import { joined, withSignature } from "./append";
import { MAX_LOGO_BYTES } from "./limits";

/** A dozen lines; what is longer belongs on a website. */
const MAX_CHARS = 1_500;

/** Of the document and the HTML: many times the words. */
const MAX_MARKUP_CHARS = 20_000;

type Owner = Id<"members"> | undefined;

/** What stands under mails, and the pictures in it. */
export type Signature = { text: string; html?: string | undefined; logoIds: Id<"files">[] };

type Signer = { memberId: Id<"members">; brand: BusinessEntity };

/** What stands under a member's mails in a brand's name: their own words, then the brand's. Null: nothing. */
export async function signatureOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { memberId, brand }: Signer,
): Promise<Signature | null> {
  const rows = await Promise.all([rowFor(ctx, orgId, memberId, brand), rowFor(ctx, orgId, undefined, brand)]);
  const parts = rows.filter((row) => row !== null);
  const whole = joined(parts);
  if (whole === null) return null;
  return { ...whole, logoIds: parts.flatMap(({ logoId }) => (logoId === undefined ? [] : [logoId])) };
}

/** The words of a mail with the writer's signature below them, whose pictures go along as files of the mail's own. */
export async function signed(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  words: Words,
  signer: Signer,
): Promise<Words> {
  const signature = await signatureOf(ctx, orgId, signer);
  const whole = withSignature(words, signature);
  if (signature === null || whole === words) return words;
  let { html = "" } = whole;
  const added: Id<"files">[] = [];
  for (const logoId of signature.logoIds) {
    const { _id } = await copyFile(ctx, await requireFile(ctx, orgId, logoId));
    await ctx.db.patch("files", _id, { contentId: _id });
    html = html.replaceAll(`cid:${logoId}`, `cid:${_id}`);
    added.push(_id);
  }
  const pictures = new Set<string>([...(words.pictures ?? []), ...added]);
  return { ...whole, html, fileIds: [...words.fileIds, ...added], pictures };
}

/** Where the pictures of a signature lie. */
export async function logosOf(ctx: QueryCtx, orgId: Id<"organisations">, logoIds: readonly Id<"files">[]) {
  return await Promise.all(
    logoIds.map(async (fileId) => {
      const { url } = await presentFile(ctx, await requireFile(ctx, orgId, fileId));
      return { fileId, url };
    }),
  );
}

/** The brands' signatures and the caller's own. */
export async function listSignatures(ctx: QueryCtx, orgId: Id<"organisations">, memberId: Id<"members">) {
  const of = async (owner: Owner) =>
    await ctx.db
      .query("signatures")
      .withIndex("by_owner", (q) => q.eq("orgId", orgId).eq("memberId", owner))
      .take(BUSINESS_ENTITIES.length);
  const rows = [...(await of(undefined)), ...(await of(memberId))];
  return await Promise.all(
    rows.map(async ({ businessEntity, text, doc, logoId, memberId: owner }) => ({
      businessEntity,
      text,
      doc,
      logos: await logosOf(ctx, orgId, logoId === undefined ? [] : [logoId]),
      isOwn: owner !== undefined,
    })),
  );
}

export type NewSignature = {
  businessEntity: BusinessEntity;
  isOwn: boolean;
  text: string;
  /** From the editor; only simple HTML survives. Absent: plain text. */
  html?: string | undefined;
  doc?: string | undefined;
  /** The picture in it: one it had, or an upload of the caller (attachments). */
  logoId?: Id<"files"> | undefined;
};

/**
 * Writes a signature: the caller's own, or a brand's; an empty one is removed. Throws `forbidden` for a brand's without
 * the right to manage the organisation, `invalid` for one that is too long, a picture without words and a picture that is
 * none, too large, or not the caller's.
 */
export async function setSignature(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  signature: NewSignature,
): Promise<void> {
  const { businessEntity, isOwn } = signature;
  if (!isOwn && !can(member.role, "org.manage")) {
    throw appError("forbidden", `Your role (${member.role}) does not allow this.`);
  }
  const memberId = isOwn ? member._id : undefined;
  const known = await rowOf(ctx, orgId, memberId, businessEntity);
  const words = checkedWords(signature);
  const logoId = await checkedLogo(ctx, { orgId, member }, signature, known?.logoId);
  if (logoId !== undefined && words.text === "")
    throw appError("invalid", "Write something beside it.", { field: "text" });
  const fields = { ...words, logoId };
  const { html } = fields;
  const stored = {
    ...fields,
    html: html === undefined ? undefined : simpleHtml(html, new Set<string>([logoId ?? ""])),
  };
  if (known === null && words.text !== "")
    await ctx.db.insert("signatures", { orgId, memberId, businessEntity, ...stored });
  if (known !== null && words.text === "") await ctx.db.delete("signatures", known._id);
  if (known !== null && words.text !== "") await ctx.db.patch("signatures", known._id, stored);
  if (known?.logoId !== undefined && known.logoId !== logoId) await removeFile(ctx, known.logoId);
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "signature.set",
    subject: isOwn ? { table: "members", id: member._id } : { table: "organisations", id: orgId },
    details: { businessEntity },
  });
}

function checkedWords({ text, html, doc }: NewSignature) {
  const words = text.replace(/\r\n?/g, "\n").trim();
  const isTooLong = [html, doc].some((each) => (each?.length ?? 0) > MAX_MARKUP_CHARS);
  if (words.length > MAX_CHARS || isTooLong)
    throw appError("invalid", `A signature may have ${MAX_CHARS} characters.`, { field: "text" });
  return { text: words, html, doc };
}

async function checkedLogo(
  ctx: MutationCtx,
  owner: { orgId: Id<"organisations">; member: Doc<"members"> },
  { html = "", logoId }: NewSignature,
  knownId: Id<"files"> | undefined,
): Promise<Id<"files"> | undefined> {
  if (logoId === undefined) return undefined;
  const file = await requireFile(ctx, owner.orgId, logoId);
  if (picturesIn([file], html).length === 0 || file.sizeBytes > MAX_LOGO_BYTES) {
    const message = `The picture has to be a PNG, JPEG, GIF or WebP of at most ${MAX_LOGO_BYTES / 1_000} kB.`;
    throw appError("invalid", message, { field: "logo" });
  }
  if (logoId !== knownId) await claimFiles(ctx, owner, [logoId], "email");
  return logoId;
}

async function rowFor(ctx: QueryCtx, orgId: Id<"organisations">, owner: Owner, brand: BusinessEntity) {
  return (await rowOf(ctx, orgId, owner, brand)) ?? (await rowOf(ctx, orgId, owner, "all"));
}

async function rowOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  owner: Owner,
  businessEntity: BusinessEntity,
): Promise<Doc<"signatures"> | null> {
  return await ctx.db
    .query("signatures")
    .withIndex("by_owner", (q) => q.eq("orgId", orgId).eq("memberId", owner).eq("businessEntity", businessEntity))
    .unique();
}
