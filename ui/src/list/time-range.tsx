import { Button, Menu } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import type { Thing } from "../api/types.ts";
import { presets, printRange, rangeField, rangeLabel } from "./time-ranges.ts";

interface TimeRangeProps {
  on: Thing;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** From when what is listed is. */
export function TimeRange({ on, value, onChange }: TimeRangeProps) {
  const field = rangeField(value, on);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconClock size={14} />}>
          {rangeLabel(value)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map((preset) => (
          <Menu.Item key={preset.value} onClick={() => onChange(printRange({ type: "last", preset }, field, on))}>
            {preset.label}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => onChange(undefined)}>Any time</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
