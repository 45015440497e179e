import { memo, type Ref, useMemo } from "react";
import classes from "./query-bar.module.css";
import { querySpans, type SpanKind } from "./spans.ts";

const kindClasses: Record<SpanKind, string | undefined> = {
  field: classes.field,
  operator: classes.sign,
  mark: classes.sign,
  keyword: classes.keyword,
  quoted: classes.quoted,
  open: classes.quoted,
  value: undefined,
  word: undefined,
  blank: undefined,
};

interface LayerProps {
  text: string;
  /** What is wrong; behind the text when it ends too early. */
  mark: { from: number; to: number } | null;
  ref: Ref<HTMLDivElement>;
}

/** The coloured text that is seen under the one that is written in: the same letters at the same places. */
export const Layer = memo(function Layer({ text, mark, ref }: LayerProps) {
  const spans = useMemo(() => querySpans(text), [text]);
  const isMarked = (start: number) => mark !== null && start >= mark.from && start < mark.to;
  return (
    <div className={classes.layer} ref={ref} aria-hidden="true">
      {spans.map(({ kind, text: piece, start }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no state, and one that is put in front must not renew all others
        <span key={at} className={`${kindClasses[kind] ?? ""} ${isMarked(start) ? classes.wrong : ""}`}>
          {piece}
        </span>
      ))}
      {mark !== null && mark.from === mark.to && <span className={classes.wrongEnd} />}
      {text === "" && "\u200b"}
    </div>
  );
});

/** Where a place of the text is on screen, from the left of the layer. */
export function leftOf(layer: HTMLElement, offset: number): number {
  let start = 0;
  for (const { firstChild } of layer.children) {
    const length = firstChild?.textContent?.length ?? 0;
    if (firstChild instanceof Text && offset <= start + length) {
      const range = document.createRange();
      range.setStart(firstChild, offset - start);
      range.setEnd(firstChild, offset - start);
      return range.getBoundingClientRect().left - layer.getBoundingClientRect().left;
    }
    start += length;
  }
  return 0;
}
