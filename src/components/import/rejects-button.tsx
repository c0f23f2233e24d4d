import type { PaginationOptions, PaginationResult } from "convex/server";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { writeCsv } from "../../../convex/lib/csv";
import { downloadText } from "../../lib/download";
import { describeError } from "../../lib/errors";
import { Button } from "../ui/button";
import { toastError } from "../ui/toast";

const PAGE_SIZE = 500;

type PageOptions = Pick<PaginationOptions, "numItems" | "cursor">;

/** All rows of a list, page after page. */
export async function allRows<Row>(read: (page: PageOptions) => Promise<PaginationResult<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (;;) {
    const result: PaginationResult<Row> = await read({ numItems: PAGE_SIZE, cursor });
    rows.push(...result.page);
    if (result.isDone) return rows;
    cursor = result.continueCursor;
  }
}

type RejectsButtonProps = { collect: () => Promise<{ columns: string[]; lines: string[][] }> };

/** The lines that were not used, each with its reason, in the columns an import reads again. */
export function RejectsButton({ collect }: RejectsButtonProps) {
  const { t } = useTranslation();
  const download = async () => {
    try {
      const { columns, lines } = await collect();
      downloadText("rejected.csv", writeCsv(columns, lines));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Button size="sm" className="self-start" icon={<Download aria-hidden size={13} />} onPress={() => void download()}>
      {t("imports.rejects")}
    </Button>
  );
}
