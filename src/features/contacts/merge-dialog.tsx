import { useNavigate } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { ChooseContact } from "./choose-contact";
import { MergePreview } from "./merge-preview";

type Pair = { keptId: Id<"contacts">; mergedId: Id<"contacts"> };

/** Which other contact is the same person, then which value of each wins; nothing happens before that was seen. */
export function MergeDialog({ contactId, onClose }: { contactId: Id<"contacts">; onClose: () => void }) {
  const { t } = useTranslation();
  const [pair, setPair] = useState<Pair | null>(null);
  const [taken, setTaken] = useState<readonly string[]>([]);
  const merge = useMerge();
  if (pair === null) {
    return (
      <Dialog title={t("merges.choose")} isOpen onClose={onClose}>
        <ChooseContact
          contactId={contactId}
          onChosen={(otherId) => setPair({ keptId: contactId, mergedId: otherId })}
        />
      </Dialog>
    );
  }
  const swap = () => {
    setPair({ keptId: pair.mergedId, mergedId: pair.keptId });
    setTaken([]);
  };
  return (
    <Dialog
      title={t("merges.preview")}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        <>
          <Button onPress={() => setPair(null)}>{t("common.back")}</Button>
          <Button icon={<ArrowLeftRight aria-hidden size={14} />} onPress={swap}>
            {t("merges.swap")}
          </Button>
          <Button variant="primary" onPress={() => void merge(pair, taken).then((isDone) => isDone && onClose())}>
            {t("merges.merge")}
          </Button>
        </>
      }
    >
      <MergePreview {...pair} taken={taken} onTaken={setTaken} />
    </Dialog>
  );
}

function useMerge() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const merge = useOrgMutation(api.contacts.merges.mutations.merge);
  const undo = useOrgMutation(api.contacts.merges.mutations.undo);
  return async (pair: Pair, taken: readonly string[]): Promise<boolean> => {
    try {
      const mergeId = await merge({ ...pair, taken: [...taken] });
      const takeBack = () => {
        undo({ mergeId }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
      };
      toast(t("merges.done"), { undo: takeBack });
      await navigate({ to: "/contacts/$contactId", params: { contactId: pair.keptId } });
      return true;
    } catch (thrown) {
      toastError(describeError(thrown, t));
      return false;
    }
  };
}
