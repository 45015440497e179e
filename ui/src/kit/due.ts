import { isActiveStatus } from "../../../src/model.ts";
import { durationText } from "./times.ts";

interface Dated {
  status: string;
  dueAt: string | null;
}

/** How late a finding is, in milliseconds; 0: it is not. */
export function lateMs({ status, dueAt }: Dated, now: number): number {
  return dueAt === null || !isActiveStatus(status) ? 0 : Math.max(0, now - Date.parse(dueAt));
}

/** `overdue 3 d`. */
export function lateText(late: number): string {
  return `overdue ${durationText(late).split(" ").slice(0, 2).join(" ")}`;
}
