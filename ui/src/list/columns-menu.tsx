import { ActionIcon, Button, Checkbox, Group, Popover, ScrollArea, Text, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconColumns3, IconGripVertical } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { type ColumnChoice, columnsInOrder, withColumn, withColumnAt, withColumnMoved } from "./columns.ts";
import classes from "./columns-menu.module.css";
import type { Column } from "./explorer-types.ts";
import strip from "./strip.module.css";

interface ColumnsMenuProps<T> {
  columns: readonly Column<T>[];
  choice: ColumnChoice;
  onChoice: (choice: ColumnChoice) => void;
  /** As it was before anything was chosen. */
  onReset: () => void;
}

/** Which columns are shown, and in which order. */
export function ColumnsMenu<T>({ columns, choice, onChoice, onReset }: ColumnsMenuProps<T>) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const onDragEnd = () => {
    if (dragged !== null && over !== null) onChoice(withColumnAt(choice, dragged, over));
    setDragged(null);
    setOver(null);
  };
  return (
    <Popover position="bottom-end" width={290} trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          px={6}
          leftSection={<IconColumns3 size={16} stroke={1.6} />}
          className={strip.sign}
          aria-label="Columns"
        >
          <span className={strip.word}>Columns</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={6} data-columns>
        <ScrollArea.Autosize mah="min(480px, 60vh)" type="auto">
          {columnsInOrder(columns, choice).map((column) => (
            <Item
              key={column.id}
              column={column}
              choice={choice}
              onChoice={onChoice}
              isOver={over === column.id && dragged !== column.id}
              onDragStart={() => setDragged(column.id)}
              onDragOver={(event) => {
                if (dragged === null || !choice.shown.includes(column.id)) return;
                event.preventDefault();
                setOver(column.id);
              }}
              onDragEnd={onDragEnd}
            />
          ))}
        </ScrollArea.Autosize>
        <Group justify="space-between" px={6} pt={6} mt={6} style={{ borderTop: "1px solid var(--line)" }}>
          <Text fz="xs" c="dimmed">
            Kept for you
          </Text>
          <Button variant="subtle" size="compact-xs" onClick={onReset}>
            Reset
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

interface ItemProps<T> {
  column: Column<T>;
  choice: ColumnChoice;
  onChoice: (choice: ColumnChoice) => void;
  isOver: boolean;
  onDragStart: () => void;
  onDragOver: (event: DragEvent) => void;
  onDragEnd: () => void;
}

function Item<T>({ column, choice, onChoice, isOver, onDragStart, onDragOver, onDragEnd }: ItemProps<T>) {
  const { id, title } = column;
  const at = choice.shown.indexOf(id);
  const isShown = at >= 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a second way, its buttons are the first
    <div
      className={classes.item}
      draggable={isShown}
      data-over={isOver || undefined}
      onDragStart={onDragStart}
      onDragOver={onDragOver}
      onDrop={(event) => event.preventDefault()}
      onDragEnd={onDragEnd}
    >
      <span className={classes.grip} style={{ visibility: isShown ? undefined : "hidden" }} aria-hidden="true">
        <IconGripVertical size={14} />
      </span>
      <Checkbox
        size="xs"
        className={classes.name}
        label={title}
        checked={isShown}
        disabled={isShown && choice.shown.length === 1}
        onChange={(event) => onChoice(withColumn(choice, id, event.currentTarget.checked))}
      />
      {isShown && (
        <>
          <Step label={`Move ${title} up`} isOff={at === 0} onStep={() => onChoice(withColumnMoved(choice, id, -1))}>
            <IconChevronUp size={14} />
          </Step>
          <Step
            label={`Move ${title} down`}
            isOff={at === choice.shown.length - 1}
            onStep={() => onChoice(withColumnMoved(choice, id, 1))}
          >
            <IconChevronDown size={14} />
          </Step>
        </>
      )}
    </div>
  );
}

interface StepProps {
  label: string;
  isOff: boolean;
  onStep: () => void;
  children: React.ReactNode;
}

function Step({ label, isOff, onStep, children }: StepProps) {
  return (
    <Tooltip label={label} openDelay={800}>
      <ActionIcon
        size={24}
        aria-label={label}
        aria-disabled={isOff}
        c={isOff ? "var(--line-strong)" : undefined}
        onClick={onStep}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
