import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { OutLink } from "../kit/link.tsx";
import { bytesText } from "../kit/numbers.ts";
import classes from "./details.module.css";
import { beginning, textParts } from "./text-parts.ts";

const atFirst = { characters: 900, lines: 12 };

/** A text from elsewhere: as it was written, long ones only begun until someone wants all of it. */
export function LongText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const id = useId();
  const head = beginning(text, atFirst);
  const isLong = head.length < text.length;
  return (
    <>
      <div id={id} className={`foreign ${classes.text}`} data-begun={(isLong && !isWhole) || undefined}>
        <LinkedText text={isWhole ? text : head} />
        {isLong && !isWhole && "…"}
      </div>
      {isLong && (
        <Button
          variant="subtle"
          size="compact-xs"
          ml={-8}
          mt={4}
          className={classes.control}
          aria-expanded={isWhole}
          aria-controls={id}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Show less" : `Show all (${bytesText(text.length)})`}
        </Button>
      )}
    </>
  );
}

function LinkedText({ text }: { text: string }) {
  let at = 0;
  return textParts(text).map((part) => {
    const key = at;
    at += part.text.length;
    return part.href === undefined ? (
      part.text
    ) : (
      <OutLink key={key} href={part.href}>
        {part.text}
      </OutLink>
    );
  });
}
