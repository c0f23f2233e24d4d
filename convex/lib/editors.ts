import { v } from "convex/values";

/** An editor of a text that several write in, as its steps name it: prosemirror-collab's clientID. */
export const vEditor = v.union(v.string(), v.number());
