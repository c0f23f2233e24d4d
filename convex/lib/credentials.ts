import { appError } from "./errors";

/** Long enough that length, not special characters, makes a password hard to guess (NIST SP 800-63B, 5.1.1.2). */
export const MIN_PASSWORD_LENGTH = 10;

/** Hashing must not become a way to keep the machine busy. */
const MAX_PASSWORD_LENGTH = 200;

const MAX_NAME_LENGTH = 120;

export type Credentials = { flow: "signIn" | "signUp"; email: string; password: string; name?: string };

/** A new password of one's own, by a link or by the one before it. Throws like `readCredentials`. */
export function readNewPassword(
  params: Record<string, unknown>,
  proof: "token" | "current",
): { proof: string; password: string } {
  const { password, [proof]: given } = params;
  if (typeof given !== "string" || given === "" || given.length > MAX_PASSWORD_LENGTH) {
    throw appError("invalid", proof === "token" ? "The link is incomplete." : "Enter your current password.", {
      field: proof,
    });
  }
  if (typeof password !== "string") throw appError("invalid", "Enter your password.", { field: "password" });
  checkLength(password);
  return { proof: given, password };
}

/** A new password is long enough, but not longer than what we hash. Throws `invalid`. */
function checkLength(password: string): void {
  if (password.length < MIN_PASSWORD_LENGTH) {
    const message = `Choose a password of at least ${MIN_PASSWORD_LENGTH} characters.`;
    throw appError("invalid", message, { field: "password" });
  }
  checkNotTooLong(password);
}

function checkNotTooLong(password: string): void {
  if (password.length > MAX_PASSWORD_LENGTH) {
    throw appError("invalid", `A password has at most ${MAX_PASSWORD_LENGTH} characters.`, { field: "password" });
  }
}

/**
 * The parameters of a sign-in or sign-up, checked; the address in lower case. Throws AppError `invalid` with the field
 * and a sentence for the person.
 */
export function readCredentials(params: Record<string, unknown>): Credentials {
  const { flow, password } = params;
  if (flow !== "signIn" && flow !== "signUp") throw appError("invalid", "Unknown way to sign in.", { field: "flow" });
  const email = typeof params.email === "string" ? params.email.trim().toLowerCase() : "";
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw appError("invalid", "Enter a complete e-mail address.", { field: "email" });
  }
  if (typeof password !== "string" || password === "") {
    throw appError("invalid", "Enter your password.", { field: "password" });
  }
  if (flow === "signUp") checkLength(password);
  else checkNotTooLong(password);
  const name = typeof params.name === "string" ? params.name.trim().slice(0, MAX_NAME_LENGTH) : "";
  return { flow, email, password, name: name || undefined };
}

/**
 * What the auth library threw, as an AppError. It speaks in bare messages; unknown ones pass through unchanged. A wrong
 * address and a wrong password get the same answer: nobody learns which addresses have accounts by signing in.
 */
export function signInError(thrown: unknown): unknown {
  const message = thrown instanceof Error ? thrown.message : "";
  if (/InvalidAccountId|InvalidSecret|Invalid credentials/.test(message)) {
    return appError("unauthenticated", "E-mail address or password is wrong.");
  }
  if (message.includes("TooManyFailedAttempts")) {
    return appError("rate_limited", "Too many wrong passwords. Wait some minutes, then try again.");
  }
  if (/Account .* already exists/.test(message)) {
    return appError("conflict", "An account with this e-mail address exists. Sign in instead.", { field: "email" });
  }
  return thrown;
}
