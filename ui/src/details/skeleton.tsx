import { Skeleton } from "@mantine/core";
import classes from "./details.module.css";
import type { DetailLayout } from "./layout.ts";

/** The place of a record that is on its way: a head, and beside each other what will stand there. */
export function DetailSkeleton({ layout }: { layout: DetailLayout }) {
  return (
    <div className={classes.content} role="status" aria-label="Loading">
      <div className={classes.head}>
        <Skeleton height={24} width="60%" mb={10} />
        <Skeleton height={16} width="80%" />
      </div>
      <div className={layout === "page" ? classes.columns : undefined}>
        <div>
          <SectionSkeleton lines={[30, 45]} />
          <SectionSkeleton lines={[96, 90, 70]} />
          <SectionSkeleton lines={[100, 100, 100, 100]} />
        </div>
        <div>
          <SectionSkeleton lines={[80, 60, 70, 50, 65]} />
          <SectionSkeleton lines={[55, 60, 50]} />
        </div>
      </div>
    </div>
  );
}

function SectionSkeleton({ lines }: { lines: number[] }) {
  return (
    <div className={classes.section}>
      <Skeleton height={14} width={110} mb={14} />
      {lines.map((width, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines never change
        <Skeleton key={line} height={14} width={`${width}%`} mb={9} />
      ))}
    </div>
  );
}
