import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vActor } from "../../audit/schema";

export const wordingTables = {
  // What people are told when they consent or withdraw, per organisation and language. A version is never changed:
  // the ledger points at it. Written by contacts; read by pages, requests and the proof.
  consentWordings: defineTable({
    orgId: v.id("organisations"),
    key: v.string(),
    /** "de", "nl" or "en" */
    language: v.string(),
    version: v.number(),
    /** With blanks such as {org}. */
    text: v.string(),
    createdBy: vActor,
  }).index("by_key", ["orgId", "key", "language", "version"]),
};
