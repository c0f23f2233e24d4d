import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asAppError } from "../../../../convex/lib/errors";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";

/** Saving of a form: what the server says of a field stands at the field, everything else in a notice. */
export function useFormProblem(onSaved: () => void) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  return {
    errorOf: (field: string) => (problem?.field === field ? problem.message : null),
    save: async (work: () => Promise<unknown>) => {
      try {
        await work();
        toast(t("assignment.saved"));
        onSaved();
      } catch (thrown) {
        const error = asAppError(thrown);
        if (error?.field === undefined) toastError(describeError(thrown, t));
        else setProblem({ field: error.field, message: error.message });
      }
    },
  };
}
