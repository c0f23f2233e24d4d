/** The deployment's variables this product reads. They are set by `npm start`, or with `npx convex env set`. */
export type EnvName =
  | "CONVEX_SITE_URL"
  | "SITE_URL"
  | "CLERK_FRONTEND_API_URL"
  | "SWITCHBOARD_SECRET_KEY"
  /** "true": webhooks, providers' APIs and media may be on this machine, over plain HTTP. For tests and simulators only. */
  | "WEBHOOKS_ALLOW_LOOPBACK"
  /** "true": SMTP servers may be in the deployment's own network or on this machine: a relay of one's own. */
  | "SMTP_ALLOW_PRIVATE"
  /** Where providers reach this deployment's HTTP routes, when a proxy or another domain stands before it. */
  | "PUBLIC_WEBHOOK_BASE_URL";

/** The variable's value, or null when it is not set or empty. */
export function getEnv(name: EnvName): string | null {
  return process.env[name] || null;
}

/** The variable's value. Throws an Error that names it when it is not set. */
export function requireEnv(name: EnvName): string {
  const value = getEnv(name);
  if (value === null) throw new Error(`${name} is not set on this deployment.`);
  return value;
}
