import { MIN_PASSWORD_LENGTH } from "../../../convex/lib/credentials";

// Rules of the sign-in form, apart from its looks.

export type SignInMode = "signIn" | "signUp";
export type SignInFields = { email: string; password: string; name: string };
export type FieldProblem = "emailMissing" | "passwordMissing" | "passwordShort" | "nameMissing";

/** The first thing wrong with each field; empty when the form may be sent. */
export function problemsOf(mode: SignInMode, fields: SignInFields): Partial<Record<keyof SignInFields, FieldProblem>> {
  const problems: Partial<Record<keyof SignInFields, FieldProblem>> = {};
  if (!/^\S+@\S+$/.test(fields.email.trim())) problems.email = "emailMissing";
  // An existing password may be of any age and rule; only a new one is held to the length.
  if (mode === "signUp" && fields.password.length < MIN_PASSWORD_LENGTH) problems.password = "passwordShort";
  if (mode === "signIn" && fields.password === "") problems.password = "passwordMissing";
  if (mode === "signUp" && fields.name.trim() === "") problems.name = "nameMissing";
  return problems;
}
