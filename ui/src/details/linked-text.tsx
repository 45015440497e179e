import { Fragment } from "react";
import { OutLink } from "../kit/link.tsx";
import classes from "./linked-text.module.css";
import { codeParts, type TextLine, textLines } from "./text-lines.ts";
import { textParts } from "./text-parts.ts";

/** A text from elsewhere, line by line: items and headings as such, addresses as links, everything else as it is. */
export function LinkedText({ text }: { text: string }) {
  return keyed(textLines(text)).map(([key, line]) => <Line key={key} line={line} />);
}

function Line({ line: { type, depth, mark, text } }: { line: TextLine }) {
  if (type === "code") return <div className={classes.code}>{text === "" ? "\u00a0" : text}</div>;
  if (type === "heading")
    return (
      <div className={classes.heading}>
        <Words text={text} />
      </div>
    );
  if (type === "item")
    return (
      <div className={classes.item} style={{ marginLeft: depth * 16 }}>
        <span className={classes.mark}>{mark}</span>
        <span className="foreign">
          <Words text={text} />
        </span>
      </div>
    );
  return (
    <div className={text.trim() === "" ? classes.blank : undefined}>
      <Words text={text} />
    </div>
  );
}

function Words({ text }: { text: string }) {
  return keyed(codeParts(text)).map(([key, part]) =>
    part.isCode ? (
      <code key={key} className={classes.word}>
        {part.text}
      </code>
    ) : (
      <Fragment key={key}>
        <Links text={part.text} />
      </Fragment>
    ),
  );
}

function Links({ text }: { text: string }) {
  return keyed(textParts(text)).map(([key, part]) =>
    part.href === undefined ? (
      <Fragment key={key}>{part.text}</Fragment>
    ) : (
      <OutLink key={key} href={part.href} fz="inherit">
        {part.text}
      </OutLink>
    ),
  );
}

/** Pieces of a text that does not change are known by their place. */
function keyed<T>(pieces: readonly T[]): [number, T][] {
  return pieces.map((piece, at) => [at, piece]);
}
