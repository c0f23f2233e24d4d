import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { beginsAsImage, HEAD_BYTES, imageProblem } from "../../../convex/templates/images/limits";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

/** Keeps a picture with the workspace's files and answers what a document calls it. Says it when that fails. */
export function useImageUpload(): (file: File) => Promise<{ url: string; fileId: Id<"files"> }> {
  const { t } = useTranslation();
  const uploadUrl = useOrgMutation(api.templates.images.mutations.uploadUrl);
  const add = useOrgMutation(api.templates.images.mutations.add);
  return useCallback(
    async (file) => {
      const failed = (sentence: string, cause?: unknown) => {
        toastError(sentence);
        return new Error(sentence, { cause });
      };
      const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
      const isImage = beginsAsImage(head);
      const problem = isImage ? imageProblem({ contentType: file.type, sizeBytes: file.size }) : "type";
      if (problem !== null) throw failed(t(`designer.image.refused.${problem}`));
      const put = async () => {
        const url = await uploadUrl({});
        const answer = await fetch(url, { method: "POST", headers: { "Content-Type": file.type }, body: file });
        if (!answer.ok) throw new Error(`The storage answered ${answer.status}.`);
        const { storageId } = (await answer.json()) as { storageId: Id<"_storage"> };
        return await add({ storageId, name: file.name });
      };
      const added = await put().catch((error: unknown) => {
        throw failed(asAppError(error) === null ? t("designer.image.failed") : describeError(error, t), error);
      });
      if (added.kind === "refused") throw failed(t(`designer.image.refused.${added.problem}`));
      return { url: `file:${added.fileId}`, fileId: added.fileId };
    },
    [uploadUrl, add, t],
  );
}
