import { useEffect, useRef, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { attachmentProblem, type AttachmentProblem } from "../../../convex/inbox/attachments/limits";
import type { Channel } from "../../../convex/lib/closedSets";
import { useOrgMutation } from "../../lib/org";

/** A file on the server, attached to something that is not sent. */
export type AttachedFile = {
  fileId: Id<"files">;
  name: string;
  contentType: string;
  sizeBytes: number;
  url?: string | null;
};

/** A file on its way there, or one that did not make it. */
export type PendingFile = {
  key: string;
  file: File;
  /** Carried out when it is there. */
  whenThere: ((file: AttachedFile) => void) | undefined;
  state: { kind: "uploading"; share: number } | { kind: "failed" } | { kind: "refused"; problem: AttachmentProblem };
};

type Uploads = {
  channel: Channel;
  files: readonly AttachedFile[];
  onFiles: (change: (files: readonly AttachedFile[]) => readonly AttachedFile[]) => void;
};

/** Uploads files with their progress; what fails can be tried again, what must not be sent says why. */
export function useUploads({ channel, files, onFiles }: Uploads) {
  const [pending, setPending] = useState<readonly PendingFile[]>([]);
  const uploadUrl = useOrgMutation(api.inbox.attachments.mutations.uploadUrl);
  const attach = useOrgMutation(api.inbox.attachments.mutations.attach);
  const detach = useOrgMutation(api.inbox.attachments.mutations.detach);
  const running = useRef(new Map<string, XMLHttpRequest>());
  useEffect(() => {
    const requests = running.current;
    return () => {
      for (const request of requests.values()) request.abort();
    };
  }, []);

  const setState = (key: string, state: PendingFile["state"]) =>
    setPending((all) => all.map((each) => (each.key === key ? { ...each, state } : each)));
  const drop = (key: string) => {
    running.current.get(key)?.abort();
    running.current.delete(key);
    setPending((all) => all.filter((each) => each.key !== key));
  };
  const upload = async ({ key, file, whenThere }: Omit<PendingFile, "state">) => {
    setState(key, { kind: "uploading", share: 0 });
    try {
      const url = await uploadUrl({});
      const request = new XMLHttpRequest();
      running.current.set(key, request);
      const storageId = await post(request, url, file, (share) => setState(key, { kind: "uploading", share }));
      const answer = await attach({ storageId, name: file.name, channel });
      if (answer.kind === "refused") return setState(key, answer);
      drop(key);
      onFiles((known) => [...known, answer.file]);
      whenThere?.(answer.file);
    } catch {
      // The network, or the server did not take it: the chip offers another try.
      setState(key, { kind: "failed" });
    }
  };
  return {
    pending,
    isBusy: pending.some(({ state }) => state.kind === "uploading"),
    /** `whenThere`: carried out with each that is there. */
    add: (list: readonly File[], whenThere?: (file: AttachedFile) => void) => {
      const waiting = pending.map(({ file }) => factsOf(file));
      for (const [index, file] of list.entries()) {
        const key = crypto.randomUUID();
        const before = list.slice(0, index).map(factsOf);
        const problem =
          attachmentProblem([factsOf(file)], channel) ?? crowd([...files, ...waiting, ...before], file, channel);
        const state =
          problem === null ? ({ kind: "uploading", share: 0 } as const) : { kind: "refused" as const, problem };
        setPending((all) => [...all, { key, file, whenThere, state }]);
        if (problem === null) void upload({ key, file, whenThere });
      }
    },
    retry: (lost: PendingFile) => void upload(lost),
    dismiss: ({ key }: PendingFile) => drop(key),
    remove: ({ fileId }: AttachedFile) => {
      onFiles((known) => known.filter((file) => file.fileId !== fileId));
      // Refused or lost: it is pruned later.
      void detach({ fileId }).catch(() => undefined);
    },
    clear: () => {
      for (const { key } of pending) drop(key);
    },
  };
}

const factsOf = ({ name, type, size }: File) => ({ name, contentType: type, sizeBytes: size });

/** One more than the channel takes. What is wrong with the others is said with them. */
function crowd(
  others: readonly { name: string; contentType: string; sizeBytes: number }[],
  file: File,
  channel: Channel,
): AttachmentProblem | null {
  const problem = attachmentProblem([...others, factsOf(file)], channel);
  return problem?.kind === "too_many" ? problem : null;
}

function post(
  request: XMLHttpRequest,
  url: string,
  file: File,
  onShare: (share: number) => void,
): Promise<Id<"_storage">> {
  return new Promise((resolve, reject) => {
    request.open("POST", url);
    request.setRequestHeader("Content-Type", file.type === "" ? "application/octet-stream" : file.type);
    request.upload.addEventListener("progress", ({ loaded, total }) => onShare(total === 0 ? 0 : loaded / total));
    const fail = () => reject(new Error("The upload did not arrive."));
    for (const event of ["error", "abort", "timeout"]) request.addEventListener(event, fail);
    request.addEventListener("load", () => {
      const answer = request.status === 200 ? (JSON.parse(request.responseText) as { storageId?: unknown }) : {};
      if (typeof answer.storageId === "string") resolve(answer.storageId as Id<"_storage">);
      else fail();
    });
    request.send(file);
  });
}
