import { literals } from "convex-helpers/validators";
import type { Infer } from "convex/values";

/** Roles of a member, strongest first. */
export const ROLES = ["admin", "manager", "team_lead", "agent", "technician", "marketer", "viewer"] as const;
export const vRole = literals(...ROLES);
export type Role = Infer<typeof vRole>;

export const PERMISSIONS = [
  "org.read",
  "org.manage",
  "members.manage",
  "inbox.read",
  "inbox.reply",
  "inbox.assign",
  /** Deleting conversations, restoring them, removing them for good. */
  "threads.delete",
  /** Macros that others run too. */
  "macros.manage",
  /** Teams, skills, capacity, assignment rules. */
  "assignment.manage",
  "contacts.read",
  "contacts.edit",
  /** Saved rules over contacts, which journeys name. */
  "segments.edit",
  "consent.manage",
  "privacy.manage",
  "templates.read",
  "templates.edit",
  "connections.read",
  "connections.manage",
  "delivery.read",
  "delivery.operate",
  /** Sending in spite of preferences, hours and caps (product.md C-27). */
  "delivery.emergency",
  /** What came in and could not be read: looking at it, reading it again, discarding it. */
  "intake.manage",
  "tasks.read",
  /** Saying how far one's own tasks are. */
  "tasks.work",
  "tasks.edit",
  /** Deadlines, business hours and days off. */
  "sla.manage",
  "bookings.read",
  "bookings.edit",
  "sequences.read",
  "sequences.edit",
  "audit.read",
  "api.manage",
  "sandbox.use",
] as const;
export const vPermission = literals(...PERMISSIONS);
export type Permission = (typeof PERMISSIONS)[number];

const READ: readonly Permission[] = [
  "org.read",
  "inbox.read",
  "contacts.read",
  "templates.read",
  "delivery.read",
  "tasks.read",
  "bookings.read",
  "sequences.read",
];
const ANSWER: readonly Permission[] = [
  ...READ,
  "inbox.reply",
  "contacts.edit",
  "segments.edit",
  "tasks.work",
  "tasks.edit",
  "sandbox.use",
];
const LEAD: readonly Permission[] = [
  ...ANSWER,
  "inbox.assign",
  "macros.manage",
  "assignment.manage",
  "delivery.operate",
  "bookings.edit",
  "audit.read",
];
const MANAGE: readonly Permission[] = [
  ...LEAD,
  "threads.delete",
  "consent.manage",
  "connections.read",
  "delivery.emergency",
  "intake.manage",
  "sequences.edit",
  "templates.edit",
  "members.manage",
  "sla.manage",
];

const GRANTS: Record<Role, readonly Permission[]> = {
  admin: PERMISSIONS,
  manager: MANAGE,
  team_lead: LEAD,
  agent: [...ANSWER, "inbox.assign", "bookings.edit"],
  technician: [...READ, "inbox.reply", "tasks.work", "sandbox.use"],
  marketer: [...READ, "templates.edit", "sequences.edit", "segments.edit", "sandbox.use"],
  viewer: READ,
};

/** True when `role` grants `permission`. The table above is the only place that says so. */
export function can(role: Role, permission: Permission): boolean {
  return GRANTS[role].includes(permission);
}
