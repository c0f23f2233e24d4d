import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
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
      try {
        const url = await uploadUrl({});
        const answer = await fetch(url, { method: "POST", headers: { "Content-Type": file.type }, body: file });
        if (!answer.ok) throw new Error(t("designer.image.failed"));
        const { storageId } = (await answer.json()) as { storageId: Id<"_storage"> };
        const fileId = await add({ storageId, name: file.name });
        return { url: `file:${fileId}`, fileId };
      } catch (error) {
        toastError(describeError(error, t));
        throw error;
      }
    },
    [uploadUrl, add, t],
  );
}
