import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { bytesText } from "../kit/numbers.ts";
import classes from "./details.module.css";
import { LinkedText } from "./linked-text.tsx";
import { beginning } from "./text-parts.ts";
import { usePrinting } from "./use-printing.ts";

const atFirst = { characters: 900, lines: 12 };

/** A text from elsewhere: as it was written, long ones only begun until someone wants all of it. */
export function LongText({ text }: { text: string }) {
  const [isShown, setShown] = useState(false);
  const isPrinting = usePrinting();
  const isWhole = isShown || isPrinting;
  const id = useId();
  const head = beginning(text, atFirst);
  const isLong = head.length < text.length;
  return (
    <>
      <div id={id} className={`foreign ${classes.text}`} data-begun={(isLong && !isWhole) || undefined}>
        <LinkedText text={isWhole || !isLong ? text : `${head}…`} />
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
          onClick={() => setShown(!isShown)}
        >
          {isWhole ? "Show less" : `Show all (${bytesText(text.length)})`}
        </Button>
      )}
    </>
  );
}
