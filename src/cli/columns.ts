import type { Thing } from "../query/field.ts";
import type { FoundRecords } from "../query/read-records.ts";

/** A column of a table on the terminal. */
export interface TableColumn<R> {
  title: string;
  value(record: R): string | number | null;
  /** Narrower than this a column is of no use. Columns without it are never cut. */
  minWidth?: number;
  /** On a narrow terminal the highest goes first; without it never. */
  dropOrder?: number;
}

const day = (time: string | null) => time?.slice(0, 16).replace("T", " ") ?? null;

export const tableColumns: { [T in Thing]: readonly TableColumn<FoundRecords[T]>[] } = {
  findings: [
    { title: "Severity", value: (r) => r.severity },
    { title: "Risk", value: (r) => r.riskScore, dropOrder: 3 },
    { title: "Status", value: (r) => r.status.replace("_", " ") },
    { title: "Kind", value: (r) => r.kind, dropOrder: 4 },
    { title: "Title", value: (r) => r.title, minWidth: 20 },
    { title: "Package", value: (r) => packageText(r), minWidth: 10, dropOrder: 2 },
    { title: "Asset", value: (r) => r.asset?.name ?? null, minWidth: 14 },
    { title: "Cloud", value: (r) => r.asset?.cloud ?? null, dropOrder: 5 },
    { title: "First found (UTC)", value: (r) => day(r.firstFoundAt), dropOrder: 1 },
  ],
  assets: [
    { title: "Risk", value: (r) => r.riskScore },
    { title: "Name", value: (r) => r.name, minWidth: 20 },
    { title: "Class", value: (r) => r.class.replace("_", " ") },
    { title: "Status", value: (r) => r.status, dropOrder: 3 },
    { title: "Cloud", value: (r) => r.cloud },
    { title: "Account", value: (r) => r.account?.name ?? r.account?.id ?? null, minWidth: 8, dropOrder: 2 },
    { title: "Region", value: (r) => r.region, dropOrder: 4 },
    { title: "Critical", value: (r) => r.openFindings.critical, dropOrder: 5 },
    { title: "High", value: (r) => r.openFindings.high, dropOrder: 5 },
    { title: "Last seen (UTC)", value: (r) => day(r.lastSeenAt), dropOrder: 1 },
  ],
  signals: [
    { title: "At (UTC)", value: (r) => r.at.slice(0, 19).replace("T", " ") },
    { title: "Change", value: (r) => r.change },
    { title: "Severity", value: (r) => r.severity },
    { title: "Kind", value: (r) => r.subject.kind, dropOrder: 2 },
    { title: "Title", value: (r) => r.title, minWidth: 20 },
    { title: "Asset", value: (r) => r.asset, minWidth: 10, dropOrder: 3 },
    { title: "Fields", value: (r) => Object.keys(r.fields ?? {}).join(", "), minWidth: 8, dropOrder: 1 },
  ],
};

function packageText({ package: found }: FoundRecords["findings"]): string | null {
  return found === null ? null : [found.name, found.version].filter((part) => part !== null).join(" ");
}
