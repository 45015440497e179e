import { instant, streamNames } from "../model.ts";
import { plainLine } from "../query/plain-text.ts";
import type { StreamStatus } from "../sync/status.ts";
import { agoText, spanText } from "./time-text.ts";

const nameWidth = Math.max(...streamNames.map((name) => name.length));

/** A stream of an integration: a line with its counts, and lines beneath with what there is to say. */
export function describeStream(stream: StreamStatus, now: number): string[] {
  const head = `${stream.stream.padEnd(nameWidth)}  ${stream.enabled ? countsText(stream) : "switched off"}`;
  const lines = [head, ...remarks(stream).map(indented)];
  if (!stream.enabled) return stream.weirCount === 0 ? [head] : [`${head}, Weir ${countText(stream.weirCount)}`];
  return [...lines, indented(pollText(stream, now)), ...stream.lastPasses.map((pass) => indented(passText(pass, now)))];
}

export function countText(n: number): string {
  return n.toLocaleString("en-US");
}

const indented = (text: string) => `${" ".repeat(nameWidth)}  ${text}`;

/** `Wiz 48,112 · Weir 48,112 · gap 0`; where some are left out, `Wiz 48,112 · outside the scope 112 · …`. */
function countsText(stream: StreamStatus): string {
  const { wizCount, isWizCountCapped, outOfScope, weirCount } = stream;
  if (wizCount === null) return `Wiz not counted yet · Weir ${countText(weirCount)}`;
  const wiz = `Wiz ${countText(wizCount)}${isWizCountCapped ? "+" : ""}`;
  const outside = outOfScope === 0 ? "" : ` · outside the scope ${countText(outOfScope)}`;
  return `${wiz}${outside} · Weir ${countText(weirCount)}${gapText(stream)}`;
}

function gapText({ gap, isGapNew, isWizCountCapped }: StreamStatus): string {
  if (gap === null || isWizCountCapped) return "";
  if (isGapNew) return ` · ${countText(Math.abs(gap))} ${gap > 0 ? "gone" : "new"} since`;
  return gap >= 0 ? ` · gap ${countText(gap)}` : ` · ${countText(-gap)} more by now`;
}

function remarks(stream: StreamStatus): string[] {
  const lines: string[] = [];
  if (stream.whyZero !== null) lines.push(`none, since ${stream.whyZero}`);
  if (stream.error !== null) {
    const times = stream.failures > 1 ? ` (${stream.failures} times in a row)` : "";
    lines.push(`! ${plainLine(stream.error)}${times}`);
  }
  if (stream.warning !== null) lines.push(`! ${plainLine(stream.warning)}`);
  if (stream.review !== null) lines.push(`! ${plainLine(stream.review)} (weir integration review)`);
  else if (stream.missing > 0)
    lines.push(
      `${countText(stream.missing)} missing from the last full pass; gone if the next one does not see them either`,
    );
  if (stream.goneNote !== null) lines.push(`! ${plainLine(stream.goneNote)}`);
  if (stream.leftCount > 0)
    lines.push(`${countText(stream.leftCount)} more, of asset classes no longer chosen, stay as they were`);
  if (stream.rejected > 0) lines.push(`! ${countText(stream.rejected)} could not be read and are kept as they came`);
  return lines;
}

function pollText(stream: StreamStatus, now: number): string {
  const success = instant(stream.lastSuccessAt);
  const every = `every ${stream.intervalMinutes} min`;
  if (success === null) return `${every}, no success yet`;
  const watermark = instant(stream.watermark);
  const known = watermark === null ? "" : `, complete up to ${spanText(now - watermark)} ago`;
  return `${every}, last success ${agoText(success, now)}${known}`;
}

function passText(pass: StreamStatus["lastPasses"][number], now: number): string {
  const ended = instant(pass.finishedAt);
  const result = ended === null ? "going on" : `${pass.result} ${agoText(ended, now)}`;
  const counted = pass.wizCount === null ? "" : `Wiz counted ${countText(pass.wizCount)}, `;
  const { fetched, written, rejected, outOfScope } = pass;
  const outside = outOfScope === 0 ? "" : `, ${countText(outOfScope)} outside the scope`;
  const gone = (pass.gone ?? 0) === 0 ? "" : `, ${countText(pass.gone ?? 0)} gone`;
  return `last ${pass.pass} pass ${result}: ${counted}${countText(fetched)} fetched, ${countText(written)} written, ${countText(rejected)} rejected${outside}${gone}`;
}
