import { convexToJson } from "convex/values";
import { DeveloperError } from "../../errors.ts";
import { shortPath } from "../function-path.ts";
import type { Frame } from "../run.ts";
import type { Identity } from "../types.ts";
import { ArgumentReader } from "./arguments.ts";
import type { SyscallArgs } from "./arguments.ts";
import type { Syscall, SyncSyscall } from "./syscall.ts";

/** What `ctx.auth.getUserIdentity()` answers, as JSON text. Throws DeveloperError for a token that did not verify. */
export function identityJson(identity: Identity): string {
  switch (identity.kind) {
    case "user":
      return JSON.stringify(identity.attributes);
    case "admin":
      return JSON.stringify(identity.actingAs);
    case "invalid":
      throw new DeveloperError("InvalidAuthHeader", identity.message, 401);
    case "anonymous":
    case "system":
      return "null";
  }
}

/** `{name, region, class}` of a deployment that runs on one machine. */
export const DEPLOYMENT_METADATA = JSON.stringify({ name: "switchboard", region: null, class: "s16" });

function requestMetadata(frame: Frame): string {
  const { call, kind } = frame.run;
  if (kind === "Query") throw new DeveloperError("NoRequestMetadata", "Cannot get request metadata in a Query");
  return JSON.stringify({
    ip: call.client?.ip ?? null,
    userAgent: call.client?.userAgent ?? null,
    requestId: call.requestId,
    scheduledFunctionId: call.scheduledJob?.id ?? null,
    authToken: call.identity.kind === "user" ? call.identity.token : null,
  });
}

function signJwt(frame: Frame, args: SyscallArgs): string {
  if (frame.udfType !== "Mutation") throw new DeveloperError("CannotSignJwt", "Cannot sign a JWT in a Query");
  const reader = new ArgumentReader(args, "auth.signJwt");
  const token = frame.run.services.signer.sign({
    claims: args.claims === undefined ? {} : reader.object("claims"),
    expiresInSeconds: reader.number("expiresInSeconds"),
    component: frame.namespace,
    nowMs: frame.tx.startMs,
  });
  return JSON.stringify(token);
}

export const META_SYNC_SYSCALLS: Record<string, SyncSyscall> = {
  "1.0/componentArgument": (frame, args) => {
    const name = new ArgumentReader(args, "componentArgument").string("name");
    const value = Object.hasOwn(frame.component.component.args, name)
      ? frame.component.component.args[name]
      : undefined;
    return JSON.stringify(value === undefined ? {} : { value });
  },
  "1.0/getSnapshotTs": (frame) => JSON.stringify(convexToJson(frame.tx.beginTs)),
};

export const META_SYSCALLS: Record<string, Syscall> = {
  "1.0/getUserIdentity": (frame) => {
    frame.run.sawIdentity = true;
    return identityJson(frame.run.call.identity);
  },
  "1.0/getTransactionMetrics": (frame) => JSON.stringify(frame.tx.metrics()),
  "1.0/getFunctionMetadata": (frame) => JSON.stringify({ name: shortPath(frame.path), componentPath: frame.namespace }),
  "1.0/getDeploymentMetadata": () => DEPLOYMENT_METADATA,
  "1.0/getRequestMetadata": requestMetadata,
  "1.0/signJwt": signJwt,
  "1.0/auditLog": (frame, args) => {
    frame.run.audit.add(args.body ?? null);
    return "null";
  },
};
