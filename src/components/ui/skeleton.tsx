import { useTranslation } from "react-i18next";
import { cx } from "./classes";

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("skeleton block", className)} />;
}

/** A list that is still loading: visible after 300 ms (see app.css). */
export function SkeletonRows({ count = 6, className }: { count?: number; className?: string }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={cx("flex flex-col gap-4 p-4", className)}>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="flex items-center gap-3">
          <Skeleton className="size-8 rounded-full" />
          <div className="flex grow flex-col gap-2">
            <Skeleton className={index % 2 === 0 ? "h-3 w-1/2" : "h-3 w-2/3"} />
            <Skeleton className={index % 3 === 0 ? "h-3 w-5/6" : "h-3 w-3/4"} />
          </div>
        </div>
      ))}
    </div>
  );
}
