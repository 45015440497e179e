import { Box, FocusTrap, Loader, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense, useRef, useState } from "react";
import type { Thing } from "../api/types.ts";
import { RangeMenu } from "./time-range-menu.tsx";
import { printRange, type Range, rangeField, readRange } from "./time-ranges.ts";

/** The calendar comes with styles of its own: it is fetched by whoever opens it. */
const CustomRange = lazy(async () => ({ default: (await import("./time-range-custom.tsx")).CustomRange }));

interface TimeRangeProps {
  on: Thing;
  /** See `readRange`; `undefined`: any time. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** From when what is listed is. */
export function TimeRange({ on, value, onChange }: TimeRangeProps) {
  const [isCustom, custom] = useDisclosure(false);
  // Which time is meant can be said before any range is chosen.
  const [said, say] = useState<string | null>(null);
  const field = value === undefined && said !== null ? said : rangeField(value, on);
  const target = useRef<HTMLButtonElement>(null);
  const leave = () => {
    custom.close();
    target.current?.focus();
  };
  const choose = (range: Range, of = field) => {
    if (isCustom) leave();
    say(of);
    onChange(printRange(range, of, on));
  };
  return (
    <Popover
      opened={isCustom}
      onChange={(isOpen) => isOpen || leave()}
      position="bottom-end"
      shadow="sm"
      withRoles={false}
    >
      <Popover.Target>
        <Box>
          <RangeMenu on={on} value={value} field={field} onChoose={choose} onCustom={custom.open} target={target} />
        </Box>
      </Popover.Target>
      <Popover.Dropdown p="sm" role="dialog" aria-label="Time range">
        <Suspense fallback={<Loader size="sm" m="xl" aria-label="Loading the calendar" />}>
          <FocusTrap>
            <Box>
              <CustomRange range={readRange(value)} onChoose={choose} />
            </Box>
          </FocusTrap>
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
